/** The databases of a deployment, as env.ts declares them (the store lies below env.ts). */
export interface LedgerBindings {
  readonly [ledger: `LEDGER_${number}`]: D1Database
}
export interface ControlBindings {
  readonly CONTROL: D1Database
}
