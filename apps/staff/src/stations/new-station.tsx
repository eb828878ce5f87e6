import {
  Button,
  Choice,
  Field,
  Form,
  formatTime,
  Loaded,
  Notice,
  Section,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { useOwnBranch } from '../branch/the-branch.ts';
import { BranchNamesDocument } from '../operations.generated.ts';
import type { MadeCode, Refusal, StationEnrolments } from './enrolments.ts';
import { stationTexts } from './texts.ts';

/** Creates an enrolment code, and shows the code once. */
export function NewStation({
  enrolments,
  onMade,
}: {
  readonly enrolments: StationEnrolments;
  onMade(): void;
}): ReactNode {
  const texts = useTexts(stationTexts);
  const branches = useQuery(BranchNamesDocument);
  return (
    <Section title={texts.newStation}>
      <Loaded answer={branches}>
        {(data) => <CodeForm {...{ enrolments, onMade }} branches={data.branches ?? []} />}
      </Loaded>
    </Section>
  );
}

function CodeForm({
  enrolments,
  branches,
  onMade,
}: {
  readonly enrolments: StationEnrolments;
  readonly branches: readonly { readonly code: string; readonly name: string }[];
  onMade(): void;
}): ReactNode {
  const texts = useTexts(stationTexts);
  const [name, setName] = useState('');
  const [branch, setBranch] = useState(useOwnBranch() ?? branches[0]?.code ?? '');
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<MadeCode | null>(null);
  const [problem, setProblem] = useState<Refusal | 'nameMissing' | null>(null);
  const submit = async () => {
    if (name.trim() === '') {
      setProblem('nameMissing');
      return;
    }
    setBusy(true);
    const answered = await enrolments.makeCode(name, branch);
    setBusy(false);
    if ('refusal' in answered) {
      setProblem(answered.refusal);
      return;
    }
    setProblem(null);
    setMade(answered.value);
    setName('');
    onMade();
  };
  return (
    <>
      <Form className="row" onSubmit={() => void submit()} noValidate>
        <Field
          label={texts.name}
          hint={texts.nameHint}
          error={problem === 'nameMissing' ? texts.nameMissing : undefined}
          maxLength={60}
          value={name}
          onChange={setName}
        />
        <Choice
          label={texts.branch}
          value={branch}
          options={branches.map(({ code, name: text }) => ({ value: code, text }))}
          onChange={setBranch}
        />
        <Button type="submit" kind="primary" busy={busy}>
          {texts.makeCode}
        </Button>
      </Form>
      {problem !== null && problem !== 'nameMissing' && <Notice tone="bad">{texts[problem]}</Notice>}
      {made !== null && <ShownCode made={made} />}
    </>
  );
}

function ShownCode({ made: { code, expiresAt } }: { readonly made: MadeCode }): ReactNode {
  const texts = useTexts(stationTexts);
  const { language } = useLanguage();
  return (
    <Notice tone="good" title={texts.code}>
      <p className="station-code">
        <code>{`${code.slice(0, 4)} ${code.slice(4)}`}</code>
      </p>
      <p>{texts.codeOnce}</p>
      <p>{texts.goodUntil(formatTime(new Date(expiresAt).toISOString(), language))}</p>
      <Button onClick={() => window.print()}>{texts.print}</Button>
    </Notice>
  );
}
