/** Where secrets lie that are sealed under a key-encryption key itself, and what each is bound to (see who seals them). */
export interface SecretColumn {
  readonly table: string
  readonly value: string
  /** SQL of the new value, ?2. */
  readonly set: string
  readonly contextOf: (id: string) => string
}
const own = (id: string): string => id
const boundToColumn = (table: string, value: string): SecretColumn => ({
  table,
  value,
  set: `${value} = ?2`,
  contextOf: (id) => `${id} ${value}`,
})
export const SECRETS: readonly SecretColumn[] = [
  { table: 'connections', value: 'secrets', set: 'secrets = ?2', contextOf: own },
  {
    table: 'connections',
    value: 'callback_secrets',
    set: 'callback_secrets = ?2',
    contextOf: (id) => `${id}/callback`,
  },
  boundToColumn('connections', 'settings'),
  { table: 'webhooks', value: 'secrets', set: 'secrets = ?2', contextOf: own },
  boundToColumn('webhooks', 'url'),
  boundToColumn('webhooks', 'description'),
  {
    table: 'credentials',
    value: `(proof->>'$.sealed')`,
    set: `proof = json_set(proof, '$.sealed', ?2)`,
    contextOf: own,
  },
]

/** SQL of the kid that a sealed text names: what stands before its dot (lib/seal.ts). */
export const kidOf = (value: string): string => `substr(${value}, 1, instr(${value}, '.') - 1)`
