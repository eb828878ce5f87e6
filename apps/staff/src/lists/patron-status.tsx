import { Badge, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { PatronStatus } from '../operations.generated.ts';
import { patronStatusWords } from '../words.ts';

/**
 * A label beside the name of a patron who is not active. Renders nothing for active patrons, or if the status is
 * unknown.
 */
export function NotActive({ status }: { readonly status: PatronStatus | null | undefined }): ReactNode {
  const words = useTexts(patronStatusWords);
  return status == null || status === 'ACTIVE' ? null : <Badge tone="warning">{words[status]}</Badge>;
}
