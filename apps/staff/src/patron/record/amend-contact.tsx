import { Checkbox, useMutation, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { type ContactField, DeskAmendContactDocument } from '../../operations.generated.ts';
import { type AmendProps, useAmendment } from './amend.ts';
import { AmendForm } from './amend-form.tsx';
import { recordTexts } from './record-texts.ts';

const lineNames = ['line1', 'line2', 'line3', 'line4'] as const;
type LineName = (typeof lineNames)[number];

/**
 * Changes address, telephone and e-mail. The change applies to the version of the record that was read. If somebody
 * else has changed the record since, the graph refuses the change. A changed address is recorded as unproven, unless
 * proof was shown.
 */
export function AmendContact({ patron, reload, onClose }: AmendProps): ReactNode {
  const texts = useTexts(recordTexts);
  const { contact, id, version } = patron;
  const lines = contact?.addressLines ?? [];
  const amendment = useAmendment({
    ...(Object.fromEntries(lineNames.map((name, index) => [name, lines[index] ?? ''])) as Record<
      LineName,
      string
    >),
    telephone: contact?.telephone ?? '',
    email: contact?.email ?? '',
  });
  const { typed, isChanged, given, cleared } = amendment;
  const [addressProofShown, setProofShown] = useState(false);
  const act = useMutation(DeskAmendContactDocument, ({ amendContact }) => amendContact);
  const typedLines = lineNames.map((name) => typed[name].trim()).filter((line) => line !== '');
  const isAddressChanged = lineNames.some(isChanged);
  const isAddressCleared = isAddressChanged && typedLines.length === 0;
  const variables = () => ({
    input: {
      reader: { patronId: id },
      version,
      addressLines: isAddressChanged && !isAddressCleared ? typedLines : undefined,
      addressProofShown: addressProofShown || undefined,
      telephone: given('telephone'),
      email: given('email'),
      clear: [
        ...(isAddressCleared ? (['ADDRESS_LINES'] as const) : []),
        ...cleared<ContactField>({ telephone: 'TELEPHONE', email: 'EMAIL' }),
      ],
    },
  });
  return (
    <AmendForm act={act} amendment={amendment} variables={variables} reload={reload} onClose={onClose}>
      {(field) => (
        <>
          {lineNames.map((name, index) =>
            field(name, texts.addressLine(index + 1), { problem: 'addressLines' }),
          )}
          <Checkbox label={texts.addressProofShown} checked={addressProofShown} onChange={setProofShown} />
          {field('telephone', texts.telephone)}
          {field('email', texts.email)}
        </>
      )}
    </AmendForm>
  );
}
