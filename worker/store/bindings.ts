/** Databases of a deployment. Declared here because the store lies below env.ts. */
export interface LedgerBindings {
  readonly [ledger: `LEDGER_${number}`]: D1Database
}
export interface ControlBindings {
  readonly CONTROL: D1Database
}
