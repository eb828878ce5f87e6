import type { ReactNode } from 'react';
import { useLibraryName } from '../language/names.ts';

/** The first line of everything that is printed for a reader. */
export const Letterhead = (): ReactNode => <p className="letterhead">{useLibraryName()}</p>;
