import { Problem } from '#worker/domain/problem.ts'

/** What a tenant may keep at most, of each kind that it can grow, in both modes together but for its keys. */
export interface Quotas {
  /** Active devices and push subscriptions. */
  readonly devices: number
  /** Opt-outs. Those of people and carriers count, and are never refused. */
  readonly suppressions: number
  /** Files, and their bytes. Those that people send count, and are never refused. */
  readonly files: number
  readonly fileBytes: number
  /**
   * Idempotency keys of the last 24 hours, in each mode. They lie in sixteen objects with a share each: never more, and one
   * that is full refuses early.
   */
  readonly idempotencyKeys: number
  /** Webhook endpoints: every event goes to all that ask for it. */
  readonly endpoints: number
  readonly senders: number
  /** Credentials that are neither revoked nor expired. */
  readonly credentials: number
}

export type Quota = keyof Quotas

/** Webhook endpoints that a tenant may be given at most: an event in a job of its own can be POSTed to all of them at once. */
export const MOST_ENDPOINTS = 100

export const DEFAULT_QUOTAS: Quotas = {
  // A row of a device takes half a kilobyte, one of an opt-out less: a million of each are a tenth of a database.
  devices: 1_000_000,
  suppressions: 1_000_000,
  files: 100_000,
  fileBytes: 50_000_000_000,
  // More than the default of calls can make in the 24 hours that a key is kept.
  idempotencyKeys: 10_000_000,
  endpoints: 20,
  // Both are read with the policy, which every isolate that serves the tenant holds.
  senders: 1_000,
  credentials: 50,
}

/** Makes the refusal of what a quota has no room for. `count`: of those that there are. */
export const quotaFull = (quota: Quota, limit: number, count: number): Problem =>
  new Problem('quota-full', {
    detail: `The quota of ${quota} is ${limit}; there are ${count}.`,
    extra: { quota, limit, count },
  })
