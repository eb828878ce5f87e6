import {
  DateField,
  Field,
  type Mutation,
  Notice,
  useTexts,
  type WithoutReference,
  type WithReference,
} from '@patron-graph/ui';
import { type ReactNode, useEffect } from 'react';
import { ActForm, type FormPayload, problemWith } from '../../acts/act-form.tsx';
import type { Amendment, Texts } from './amend.ts';
import { recordTexts } from './record-texts.ts';

interface FieldOptions {
  readonly hint?: string;
  /** The field's name in the problems that the graph reports, if it differs from the form's name. */
  readonly problem?: string;
  readonly isDay?: boolean;
  readonly required?: boolean;
}

type FieldOf<Registered> = (
  name: keyof Registered & string,
  label: string,
  options?: FieldOptions,
) => ReactNode;

/**
 * A form that changes a patron's record (an amendment). If somebody else has changed the record since it was read, the
 * form warns and reads the record again.
 */
export function AmendForm<
  Registered extends Texts,
  Variables extends WithReference,
  Payload extends FormPayload,
>({
  act,
  amendment: { typed, type, changedMeanwhile },
  variables,
  intro,
  reload,
  onClose,
  children,
}: {
  readonly act: Mutation<Variables, Payload>;
  readonly amendment: Amendment<Registered>;
  variables(): WithoutReference<Variables>;
  readonly intro?: ReactNode;
  reload(): void;
  onClose(): void;
  /**
   * `field` renders the input for one value, and the problem with that value. If the record's value has changed since
   * the form was opened, `field` also shows the record's new value.
   */
  children(field: FieldOf<Registered>): ReactNode;
}): ReactNode {
  const texts = useTexts(recordTexts);
  const isConflict = act.payload?.problems.some(({ code }) => code === 'VERSION_CONFLICT') ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads again once for each conflict.
  useEffect(() => {
    if (isConflict) {
      reload();
    }
  }, [isConflict]);
  const field: FieldOf<Registered> = (name, label, { hint, problem = name, isDay = false, ...rest } = {}) => {
    const meanwhile = changedMeanwhile(name);
    const Control = isDay ? DateField : Field;
    return (
      <Control
        key={name}
        {...rest}
        label={label}
        value={typed[name] ?? ''}
        onChange={(value) => type(name, value)}
        hint={meanwhile === undefined ? hint : texts.now(meanwhile || texts.none)}
        error={problemWith(act.payload, problem)}
      />
    );
  };
  return (
    <ActForm
      act={act}
      variables={variables}
      submit={texts.save}
      done={() => texts.saved}
      onDone={reload}
      onClose={onClose}
    >
      {intro}
      {isConflict && <Notice tone="warning">{texts.conflict}</Notice>}
      {children(field)}
    </ActForm>
  );
}
