import { Keyboard } from './components/keyboard.tsx';
import { mount } from './components/mount.ts';
import { createTheme } from './components/theme.ts';
import type { PanelReach } from './control/event.ts';
import { keyName } from './control/key-name.ts';
import type { View } from './control/view.ts';
import { safeText } from './format/safe.ts';
import { App, drawingOf, type Picture } from './panes/app.tsx';
import type { Capabilities } from './terminal/capabilities.ts';
import type { Session } from './terminal/session.ts';

export type ScreenOptions = {
	readonly session: Session;
	readonly capabilities: Capabilities;
	readonly onKey: (name: string, text: string) => void;
};

/** Ink on the session's output. */
export type Screen = {
	/** Draws one frame, at once. Tells how far what stands in front of the panes can be scrolled. */
	draw(view: View): PanelReach;
	unmount(): void;
};

/** Opens the screen; the first `draw` mounts it. Imports Ink and React, so it is itself imported late. */
export function openScreen({ session, capabilities, onKey }: ScreenOptions): Screen {
	const theme = createTheme(capabilities.colorDepth, capabilities.unicode);
	const keyboard = (
		<Keyboard
			onKey={(text, key) => onKey(keyName(text, key), safeText(text))}
			onPaste={text => onKey('paste', safeText(text))}
		/>
	);
	const frame = (picture: Picture) => (
		<>
			{keyboard}
			<App picture={picture} />
		</>
	);
	let mounted: ReturnType<typeof mount> | null = null;
	return {
		draw(view) {
			const { picture, reach } = drawingOf(view, theme);
			if (mounted === null) {
				mounted = mount(frame(picture), { stdout: session.output, stdin: process.stdin, stderr: process.stderr });
				void mounted.waitUntilExit().catch(error => session.crash(error));
			} else if (!mounted.refill(picture.flat())) mounted.rerender(frame(picture));
			return reach;
		},
		unmount: () => mounted?.unmount(),
	};
}
