import { Button, Choice, Form, Loaded, useQuery, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { BranchesDocument } from '../operations.generated.ts';
import { catalogueTexts } from './texts.ts';

/** Asks for the branch where the reader will collect the copy. */
export function ReserveForm({
  label,
  children,
  onReserve,
  onClose,
}: {
  /** The text of the button that sends the form. By default it is “Reserve”. */
  readonly label?: string;
  /** Shown above the form's fields. */
  readonly children?: ReactNode;
  /** `pickupBranch` is the code of the branch. */
  onReserve(pickupBranch: string): void;
  onClose(): void;
}): ReactNode {
  const texts = useTexts(catalogueTexts);
  const answer = useQuery(BranchesDocument);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Loaded answer={answer}>
      {({ branches }) => {
        const [first] = branches ?? [];
        const branch = chosen ?? first?.code;
        if (branch === undefined) {
          return null;
        }
        return (
          <Form
            onSubmit={() => {
              onClose();
              onReserve(branch);
            }}
          >
            {children}
            <Choice
              label={texts.pickup}
              value={branch}
              options={(branches ?? []).map(({ code, name }) => ({ value: code, text: name }))}
              onChange={setChosen}
            />
            <div className="actions">
              <Button type="submit" kind="primary">
                {label ?? texts.reserve}
              </Button>
              <Button onClick={onClose}>{texts.cancel}</Button>
            </div>
          </Form>
        );
      }}
    </Loaded>
  );
}
