import type { ReactNode } from 'react';
import { useLibraryName } from '../language/library-name.ts';

/** The library's mark and name, and where in the library this is: a page or a station. */
export const LibraryBrand = ({ place }: { readonly place: string }): ReactNode => (
  <>
    <span className="library">
      <img src="/theme/mark" alt="" />
      {useLibraryName()}
    </span>{' '}
    <span className="page-name">{place}</span>
  </>
);
