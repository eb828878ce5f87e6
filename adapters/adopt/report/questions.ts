import type { ContractFacts, OperationFacts } from './facts.ts';

/** The questions to the vendor about what a contract leaves open. */
export function questionsOn({ contract, operations, dates, money }: ContractFacts): string[] {
  const reads = operations.filter(({ isRead }) => isRead);
  const writes = operations.filter(({ isRead }) => !isRead);
  return [
    ...writes.flatMap((write) => questionsOnWrite(write, reads)),
    ...reads.flatMap(questionsOnRead),
    ...(writes.length === 0
      ? []
      : [
          'After how long is a request that was not carried out dropped? Can it be carried out after its connection was closed?',
        ]),
    ...(dates.some(({ what }) => what.startsWith('dateTime') || what.startsWith('a text'))
      ? ['Which time zone do dates and times without one have? In which form are texts that are dates?']
      : []),
    ...(money.length === 0 ? [] : ['Which currency do amounts have? Are whole numbers cents?']),
    'In which charset are answers, and may it change? Which characters can be stored?',
    'How many calls may run at the same time? Which limits have the sizes of lists?',
    'How does a caller prove who it is: UsernameToken (text or digest), Basic, a certificate? How long is a clock skew accepted?',
    'Which fault codes are there, what does each mean, and which say that nothing was done?',
    'When is the system down for housekeeping, and what does it answer then?',
    ...(contract.port.address === null ? ['What is the address? The contract has none.'] : []),
  ];
}

function questionsOnWrite({ name, reference }: OperationFacts, reads: readonly OperationFacts[]): string[] {
  if (reference === null) {
    return [
      `\`${name}\`: it takes no reference. Is it safe to send it twice? How does a caller find out whether an unanswered one was done?`,
    ];
  }
  const lookup = reads.find(({ request }) => request.some((member) => member.name === reference.name));
  return [
    `\`${name}\`: does a second request with the same \`${reference.name}\` do nothing more? For how long, and what is its answer?`,
    lookup === undefined
      ? `\`${name}\`: which operation finds it by its \`${reference.name}\`?`
      : `\`${name}\`: does \`${lookup.name}\` find it by its \`${reference.name}\`, as soon as it was done?`,
  ];
}

function questionsOnRead({ name, batch, rows }: OperationFacts): string[] {
  if (batch !== null) {
    const limit = Number.isFinite(batch.key.max)
      ? `the contract allows ${batch.key.max}`
      : 'the contract has no limit';
    return [
      `\`${name}\`: how many \`${batch.key.name}\` in one call (${limit})? Are unknown ones left out, or is all of it a fault?`,
    ];
  }
  return rows?.isList === true
    ? [`\`${name}\`: how many records are in one answer, and in which order?`]
    : [];
}
