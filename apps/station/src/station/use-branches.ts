import type { Language } from '@patron-graph/ui';
import { useEffect, useEffectEvent, useState } from 'react';
import { BranchesOfLibraryDocument, type BranchesOfLibraryQuery } from '../operations.generated.ts';
import { dispensableGraph } from './station-graph.ts';
import type { Enrolled, Station } from './use-station.ts';

/** The library's branches, by the language of their names. A language is absent until its names are read. */
export type Branches = Partial<Record<Language, NonNullable<BranchesOfLibraryQuery['branches']>>>;

const languages: readonly Language[] = ['en', 'zh-Hant'];

/**
 * Reads the names of the branches once in each language. They contain no data of a reader, so they are kept when a
 * visit ends. Names that could not be read are requested again at the next visit.
 */
export function useBranches({ enrolment, isOnline }: Station, visitId: number): Branches {
  const [branches, setBranches] = useState<Branches>({});
  const csrfToken = enrolment.state === 'enrolled' ? enrolment.csrfToken : null;
  const read = useEffectEvent(async (token: string, language: Language) => {
    if (branches[language] !== undefined) {
      return;
    }
    const { data } = await dispensableGraph(token, language).ask(BranchesOfLibraryDocument);
    const { branches: named } = data;
    if (named !== null) {
      setBranches((before) => ({ ...before, [language]: named }));
    }
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: names that could not be read are read again for each visit.
  useEffect(() => {
    if (csrfToken !== null && isOnline) {
      for (const language of languages) {
        // If the names can't be read, the station shows no branch name.
        read(csrfToken, language).catch(() => undefined);
      }
    }
  }, [csrfToken, isOnline, visitId]);
  return branches;
}

/** Where the station is, as shown to readers: the name of its branch, if this is known, and the station's own name. */
export function placeOf({ branch, name }: Enrolled, branches: Branches, language: Language): string {
  const found = branches[language]?.find(({ code }) => code === branch);
  return found === undefined ? name : `${found.name} · ${name}`;
}
