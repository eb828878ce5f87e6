import type { Syntax } from './dialect.ts';

export function standingBlockStatements({ schema, rowsOf, isDurable }: Syntax) {
  const blocks = `${schema}standing_blocks`;
  const given = rowsOf('$1', {
    patron: 'text',
    patronEncrypted: 'text',
    card: 'text',
    cardEncrypted: 'text',
  });
  return {
    keepStandingBlocks: `insert into ${blocks} (patron_id, patron_encrypted, card, card_encrypted)
      select patron, "patronEncrypted", card, "cardEncrypted" from ${given}
      where ${isDurable} on conflict (patron_id, card) do nothing`,
    standingBlocksOf: `select card_encrypted as card from ${blocks} where patron_id = $1`,
    forgetStandingBlocks: `delete from ${blocks} where patron_id = $1`,
  } as const;
}
