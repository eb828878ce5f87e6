import { type GraphError, type MissingValue, missingAt } from '@patron-graph/kit';
import type { ReactNode } from 'react';
import { Button } from '../blocks/button.tsx';
import { MessageList } from '../blocks/message-list.tsx';
import type { QueryResult } from '../graph/use-query.ts';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { useReason } from '../language/use-reason.ts';
import { Notice } from './notice.tsx';
import { useMessageRole } from './outcome-region.tsx';

/**
 * Shows the data of an answer. Without data, shows that the answer loads, or why it failed. After a later failure, the
 * last data stays below the reason. A banner lists the values that could not be read, with the reasons.
 */
export function Loaded<Data>({
  answer: { state, data, missing, error, reload },
  children,
}: {
  readonly answer: QueryResult<Data>;
  readonly children: (data: Data, missing: readonly MissingValue[]) => ReactNode;
}): ReactNode {
  const texts = useTexts(uiTexts);
  if (state === 'idle') {
    return null;
  }
  if (data === null) {
    return error === null ? <Loading /> : <Failed error={error} onRetry={reload} />;
  }
  return (
    <div className="loaded" aria-busy={state === 'loading'}>
      {error !== null && (
        <Failed error={error} onRetry={reload}>
          <p>{texts.outdated}</p>
        </Failed>
      )}
      <PartialBanner missing={missing} onRetry={reload} />
      {children(data, missing)}
    </div>
  );
}

/** Shows one field of an answer, or the reason why the field could not be read. */
export function LoadedField<Data extends object, Name extends keyof Data & string>({
  answer,
  field,
  children,
}: {
  readonly answer: QueryResult<Data>;
  readonly field: Name;
  readonly children: (value: NonNullable<Data[Name]>, missing: readonly MissingValue[]) => ReactNode;
}): ReactNode {
  return (
    <Loaded answer={answer}>
      {(data, missing) => {
        const value = data[field];
        return value == null ? <Missing at={missingAt(missing, [field])} /> : children(value, missing);
      }}
    </Loaded>
  );
}

/** A message that something is loading. `children` replace the text. */
export function Loading({ children }: { readonly children?: ReactNode }): ReactNode {
  const texts = useTexts(uiTexts);
  const role = useMessageRole('status');
  return (
    <p className="loading" role={role}>
      {children ?? texts.loading}
    </p>
  );
}

/** A message that nothing could be read, with the reason. */
export function Failed({
  error,
  onRetry,
  children,
}: {
  readonly error: GraphError;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const reasonOf = useReason();
  if (error.isForbidden) {
    return <MayNot title={texts.mayNotSee} missing={error.missing} />;
  }
  const [first] = error.missing;
  return (
    <Notice tone="bad" title={texts.failed}>
      <p>{first === undefined ? texts.failedText : reasonOf(first)}</p>
      {children}
      {onRetry !== undefined && <Button onClick={onRetry}>{texts.tryAgain}</Button>}
    </Notice>
  );
}

/** A message that the account lacks a right. The message has no button, because another attempt would not help. */
export function MayNot({
  title,
  missing,
}: {
  readonly title: string;
  readonly missing: readonly MissingValue[];
}): ReactNode {
  const texts = useTexts(uiTexts);
  return (
    <Notice tone="warning" title={title}>
      <Reasons missing={missing} />
      <p>{texts.askForRight}</p>
    </Notice>
  );
}

function Reasons({ missing }: { readonly missing: readonly MissingValue[] }): ReactNode {
  const reasonOf = useReason();
  return <MessageList messages={missing.map(reasonOf)} />;
}

function PartialBanner({
  missing,
  onRetry,
}: {
  readonly missing: readonly MissingValue[];
  readonly onRetry: () => void;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const forbidden = missing.filter(({ remedy }) => remedy === 'rights');
  const unread = missing.filter(({ remedy }) => remedy !== 'rights');
  return (
    <>
      {forbidden.length > 0 && <MayNot title={texts.mayNotSeeAll} missing={forbidden} />}
      {unread.length > 0 && (
        <Notice tone="warning" title={texts.partial}>
          <Reasons missing={unread} />
          {unread.some(({ remedy }) => remedy === 'later') && (
            <Button onClick={onRetry}>{texts.tryAgain}</Button>
          )}
        </Notice>
      )}
    </>
  );
}

/** A message in place of a value that could not be read, with the reason. Renders nothing if `at` is undefined. */
export function Missing({ at }: { readonly at: MissingValue | undefined }): ReactNode {
  const texts = useTexts(uiTexts);
  const reasonOf = useReason();
  return at === undefined ? null : (
    <p className="missing">
      <strong>{at.remedy === 'rights' ? texts.mayNotSee : texts.notRead}.</strong> {reasonOf(at)}
    </p>
  );
}
