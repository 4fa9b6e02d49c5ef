import type { AnnouncingOptions } from './config/settings.ts';
import { keyOf } from './diagnosis/finding-log.ts';
import type { Judgement } from './diagnosis/judge.ts';
import { createNews } from './diagnosis/news.ts';
import { createNotifier } from './notify.ts';
import { announcementJson, terminalTitle } from './report/announcement.ts';

export type AnnouncingInput = AnnouncingOptions & {
	/** Title and bell of the terminal, as far as they are wanted: a null title leaves it as it is. */
	readonly announce: (announcement: { readonly title: string | null; readonly isBell: boolean }) => void;
	/** One line for the person. */
	readonly onTrouble: (text: string) => void;
};

/** Tells what is critical to whoever does not look: by the terminal's bell and title, and by a program. */
export type Announcing = {
	/** Takes each judgement of now, once. */
	judged(judgement: Judgement): void;
	end(): void;
};

export function startAnnouncing({ bell, title, notify, announce, onTrouble }: AnnouncingInput): Announcing {
	const news = createNews();
	const notifier = notify === null ? null : createNotifier({ command: notify, environment: process.env, onTrouble });
	let shown: string | null = null;
	return {
		judged(judgement) {
			const fresh = news.from(judgement);
			const wanted = title ? terminalTitle(judgement) : null;
			const isBell = bell && fresh.length > 0;
			if (wanted !== shown || isBell) announce({ title: wanted, isBell });
			shown = wanted;
			for (const finding of fresh) notifier?.notify(keyOf(finding), announcementJson(finding, judgement));
		},
		end: () => notifier?.end(),
	};
}
