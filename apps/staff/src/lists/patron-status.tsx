import { Badge, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { PatronStatus } from '../operations.generated.ts';
import { patronStatusWords } from '../words.ts';

/** Beside a patron's name: says that the patron is not active. Renders nothing for active ones, and where the status is not known. */
export function NotActive({ status }: { readonly status: PatronStatus | null | undefined }): ReactNode {
  const words = useTexts(patronStatusWords);
  return status == null || status === 'ACTIVE' ? null : <Badge tone="warning">{words[status]}</Badge>;
}
