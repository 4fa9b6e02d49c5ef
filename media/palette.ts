/** A dark terminal whose sixteen colours read well on a page, dark or light. */
export const theme = {
	background: '#12161d',
	edge: '#2c3440',
	text: '#d3dae3',
	muted: '#8a95a5',
	keyBackground: '#2c3440',
};

const sixteen = [
	['#12161d', '#e5606c', '#7cc48a', '#e0b35c', '#6ea8e6', '#c08be0', '#56b9c2', '#c8d0da'],
	['#6b7686', '#f07f89', '#97d8a3', '#edc878', '#8dbdf2', '#d3a6ee', '#74d0d8', '#f2f5f9'],
].flat();

const hex = (value: number) => value.toString(16).padStart(2, '0');

/** xterm's own steps of the colour cube and of its greys. */
const cubeStep = (step: number) => (step === 0 ? 0 : 55 + step * 40);
const cube = (index: number) =>
	`#${[Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(step => hex(cubeStep(step))).join('')}`;
const grey = (index: number) => `#${hex(8 + index * 10).repeat(3)}`;

/** A colour of the terminal as CSS has it: one of the 256, or its red, green and blue in one number. */
export function colorOf(value: number, isRgb: boolean): string {
	if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
	return sixteen[value] ?? (value < 232 ? cube(value - 16) : grey(value - 232));
}
