/** What is not there, or is something else than expected, is empty: a manifest is not ours to complain about. */
export type YamlMap = Readonly<Record<string, unknown>>;

export const mapOf = (value: unknown): YamlMap =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as YamlMap) : {};
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string | null =>
	typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
export const textsOf = (value: unknown): readonly string[] => listOf(value).flatMap(each => textOf(each) ?? []);

/** The first document of a text; a complaint in words where it is none, without a word of the text. */
export async function parseYaml(text: string): Promise<YamlMap | string> {
	const { parseDocument } = await import('yaml');
	try {
		const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false });
		if (document.errors.length > 0) return 'it is not valid YAML';
		const value: unknown = document.toJS({ maxAliasCount: 100 });
		return typeof value === 'object' && value !== null ? mapOf(value) : 'it is empty';
	} catch {
		return 'it is not valid YAML';
	}
}
