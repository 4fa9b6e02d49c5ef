import { createContext } from 'react';
import type { StandIns } from './stand-ins.ts';

/** Null where Ink draws the rows itself, for example in `renderToString`. */
export const StandInContext = createContext<StandIns | null>(null);
