import type { GraphError } from '@patron-graph/kit';
import { asGraphError, Button, Failed, Notice, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { FileColumn } from './columns.tsx';
import { csvOf } from './csv.ts';
import type { AllRows } from './read-rows.ts';
import { listTexts } from './texts.ts';

export type ReadAll<Edge> = (options: {
  readonly signal: AbortSignal;
  readonly onProgress: (rows: number, total: number | null) => void;
}) => Promise<AllRows<Edge>>;

type Saving =
  | { readonly state: 'idle' }
  | { readonly state: 'reading'; readonly rows: number; readonly total: number | null }
  | { readonly state: 'saved'; readonly rows: number; readonly isCut: boolean; readonly isPartial: boolean }
  | { readonly state: 'failed'; readonly error: GraphError };

/** Makes the browser save a file. */
function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  // The browser begins to read the URL while it handles the click. After that, the URL is no longer needed.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/**
 * Saves all rows of a list as a CSV file. The rows are read again, and these readings are audited like the readings of
 * the pages.
 */
export function SaveRows<Edge>({
  fileName,
  columns,
  readAll,
}: {
  /** The name without its extension. */
  readonly fileName: string;
  readonly columns: readonly FileColumn<Edge>[];
  readonly readAll: ReadAll<Edge>;
}): ReactNode {
  const texts = useTexts(listTexts);
  const [saving, setSaving] = useState<Saving>({ state: 'idle' });
  const reading = useRef<AbortController | null>(null);
  useEffect(() => () => reading.current?.abort(), []);
  const start = async () => {
    const controller = new AbortController();
    const { signal } = controller;
    reading.current = controller;
    setSaving({ state: 'reading', rows: 0, total: null });
    try {
      const { rows, ...rest } = await readAll({
        signal,
        onProgress: (done, total) => {
          if (!signal.aborted) {
            setSaving({ state: 'reading', rows: done, total });
          }
        },
      });
      if (!signal.aborted) {
        save(`${fileName}.csv`, csvOf(columns, rows));
        setSaving({ state: 'saved', rows: rows.length, ...rest });
      }
    } catch (error) {
      if (!signal.aborted) {
        setSaving({ state: 'failed', error: asGraphError(error) });
      }
    }
  };
  const cancel = () => {
    reading.current?.abort();
    setSaving({ state: 'idle' });
  };
  return (
    <>
      {saving.state === 'reading' ? (
        <>
          <span role="status">{texts.reading(saving.rows, saving.total)}</span>
          <Button onClick={cancel}>{texts.cancel}</Button>
        </>
      ) : (
        <Button title={texts.saveHint} onClick={() => void start()}>
          {texts.save}
        </Button>
      )}
      {saving.state === 'failed' && <Failed error={saving.error} onRetry={() => void start()} />}
      {saving.state === 'saved' && (
        <Notice tone={saving.isCut || saving.isPartial ? 'warning' : 'good'}>
          {[
            texts.saved(saving.rows),
            ...(saving.isCut ? [texts.cut] : []),
            ...(saving.isPartial ? [texts.partial] : []),
          ].join(' ')}
        </Notice>
      )}
    </>
  );
}
