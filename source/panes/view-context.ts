import { createContext } from 'react';
import type { Theme } from '../components/theme.ts';
import type { View } from '../control/view.ts';

/** What all blocks of a frame are drawn from. */
export type Picture = { readonly view: View; readonly theme: Theme };

/** Handed past the tree, which stays the same while only the picture changes. */
export const PictureContext = createContext<Picture | null>(null);
