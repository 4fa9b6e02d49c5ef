export { jsonText } from '../format/json-text.ts';
