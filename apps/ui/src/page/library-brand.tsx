import type { ReactNode } from 'react';
import { useLibraryName } from '../language/names.ts';

/** The library's logo and name, and the name of this page or station. */
export const LibraryBrand = ({ place }: { readonly place: string }): ReactNode => (
  <>
    <span className="library">
      <img src="/theme/mark" alt="" />
      {useLibraryName()}
    </span>{' '}
    <span className="page-name">{place}</span>
  </>
);
