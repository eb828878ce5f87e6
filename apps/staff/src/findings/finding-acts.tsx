import {
  Button,
  DialogButton,
  Field,
  Outcome,
  useDialogDraft,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ActForm } from '../acts/act-form.tsx';
import {
  AcknowledgeFindingDocument,
  CloseFindingDocument,
  type FindingRepair,
  RepairFindingDocument,
} from '../operations.generated.ts';
import { findingKindWords, findingRepairWords } from '../words.ts';
import type { OpenFinding } from './open-finding.ts';
import { findingTexts } from './texts.ts';

interface ActProps {
  /**
   * The finding's id, and the version that the list has shown. If the finding has another version by now, the operation
   * does nothing.
   */
  readonly seen: { readonly findingId: string; readonly version: string };
  /** Reads the list again. */
  onDone(): void;
}

export function FindingActs({
  finding: { id, version, kind, state, patron, operation, proposedRepair },
  onDone,
}: {
  readonly finding: OpenFinding;
  readonly onDone: () => void;
}): ReactNode {
  const texts = useTexts(findingTexts);
  const kinds = useTexts(findingKindWords);
  const act = { seen: { findingId: id, version }, onDone };
  // Screen readers list the buttons of all rows together. So each button's name includes its finding.
  const nameOf = (label: string) =>
    [label, kinds[kind], patron?.id ?? operation?.code].filter(Boolean).join(' · ');
  return (
    <div className="acts">
      {state === 'OPEN' && <Acknowledge {...act} name={nameOf(texts.acknowledge)} />}
      {proposedRepair !== null && (
        <DialogButton label={texts.repair} title={nameOf(texts.repair)}>
          {(close) => <Repair {...act} repair={proposedRepair} onClose={close} />}
        </DialogButton>
      )}
      <DialogButton label={texts.close} title={nameOf(texts.close)}>
        {(close) => <Close {...act} onClose={close} />}
      </DialogButton>
    </div>
  );
}

function Acknowledge({ seen, name, onDone }: ActProps & { readonly name: string }): ReactNode {
  const texts = useTexts(findingTexts);
  const act = useMutation(AcknowledgeFindingDocument, ({ acknowledgeFinding }) => acknowledgeFinding, onDone);
  return (
    <>
      <Button aria-label={name} busy={act.busy} onClick={() => void act.run({ input: seen })}>
        {texts.acknowledge}
      </Button>
      <Outcome of={act}>{() => null}</Outcome>
    </>
  );
}

function Repair({
  seen,
  repair,
  ...rest
}: ActProps & { readonly repair: FindingRepair; onClose(): void }): ReactNode {
  const texts = useTexts(findingTexts);
  const words = useTexts(findingRepairWords);
  const act = useMutation(RepairFindingDocument, ({ repairFinding }) => repairFinding);
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({ input: seen })}
      submit={texts.repair}
      done={() => texts.repaired}
    >
      <p>{words[repair]}</p>
    </ActForm>
  );
}

function Close({ seen, ...rest }: ActProps & { onClose(): void }): ReactNode {
  const texts = useTexts(findingTexts);
  const {
    form: { reason },
    change,
  } = useDialogDraft({ reason: '' });
  const act = useMutation(CloseFindingDocument, ({ closeFinding }) => closeFinding);
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({ input: { ...seen, reason } })}
      submit={texts.close}
      danger
      done={() => texts.closed}
    >
      <p>{texts.closeText}</p>
      <Field
        label={texts.reason}
        required
        maxLength={500}
        value={reason}
        onChange={(typed) => change({ reason: typed })}
      />
    </ActForm>
  );
}
