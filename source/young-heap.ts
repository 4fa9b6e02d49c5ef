import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the part of the heap for new objects at the size that it starts with. V8 lets it grow to 64 MB when much is made
 * and dropped, as a frame or a storm of the watch does, and does not give it back: a program that runs for weeks beside
 * others would hold 60 MB that it uses for milliseconds. It is collected a little more often instead (8 % more CPU at
 * full throughput). V8 reads this flag each time that it considers to grow, so it can be set while running.
 */
export const keepYoungHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');
