import type { Context, HonoRequest, MiddlewareHandler } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import { writeAudit } from '#worker/flows/auth/audit.ts'
import { newRefusals } from '#worker/flows/auth/refusals.ts'
import type { AuditJob, RequestRow } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { AUDIT_ROWS } from '#worker/queue-limits.ts'
import { requestRow } from './request-row.ts'
import type { AppEnv, Noted } from './variables.ts'

const refusals = newRefusals()

async function isWritten(c: Context<AppEnv>, row: RequestRow): Promise<boolean> {
  try {
    await writeAudit(c.get('platform'), [{ kind: 'audit', rows: [row] }])
    return true
  } catch {
    return false
  }
}

/** Puts a call into the access log before it is answered; a call that cannot be logged is not answered (503). */
export async function logCall(c: Context<AppEnv>, row: RequestRow): Promise<void> {
  try {
    await c.get('platform').env.AUDIT.send({ kind: 'audit', rows: [row] })
  } catch (error) {
    // What an operator has changed is done already: it is written past the queue rather than not at all.
    if (row.before !== undefined && (await isWritten(c, row))) return
    c.get('platform').log('audit.unavailable', { requestId: row.id, error: errorLabel(error) })
    throw new Problem('unavailable', { headers: { 'retry-after': '5' } })
  }
}

async function sendRefusals(c: Context<AppEnv>): Promise<void> {
  const { env, now, log } = c.get('platform')
  const rows = refusals.take(now())
  for (let i = 0; i < rows.length; i += AUDIT_ROWS) {
    const job: AuditJob = { kind: 'audit', rows: rows.slice(i, i + AUDIT_ROWS) }
    try {
      await env.AUDIT.send(job)
    } catch (error) {
      const lost = refusals.restore(rows.slice(i))
      log('audit.refusals-delayed', { rows: rows.length - i, lost, error: errorLabel(error) })
      return
    }
  }
}

/**
 * Notes a refused sign-in for the access log and writes it after the answer; beyond 10 a second from one address only a sample.
 */
export function noteRefusal(c: Context<AppEnv>, row: RequestRow): void {
  const wait = refusals.add(row, c.get('platform').now())
  if (wait === null) return
  c.executionCtx.waitUntil(scheduler.wait(wait).then(() => sendRefusals(c)))
}

/**
 * True of sends. The row of one that was taken travels in its envelope; one that is refused, or whose answer was kept, has none.
 */
export const isSend = ({ method, path }: HonoRequest): boolean =>
  method === 'POST' && (path === '/v1/messages' || path === '/v1/messages/batch' || CODE_SENDS.test(path))
/** Calls that send a code. */
const CODE_SENDS = /^\/v1\/verifications(?:\/[^/]+\/resend)?$/

/** Ids of things; what else stands in a path may be an address. */
const ID = /^(?:ten|cli|con|whe|msg|bat|med|dev|ses|ver|dlv|dead|per|sgn|pky|lst|inv|apr|dsc|pap)_[0-9a-z]{8,60}$/

/** What a call touched: by those who know, by the ids in its path, or the thing that it made. Of two the first has the second. */
function touched(c: Context<AppEnv>): Noted {
  const noted = c.get('noted')
  const made = c.res.headers.get('location')?.split('/').at(-1)
  const ids = [...c.req.path.split('/'), made ?? ''].filter((part) => ID.test(part))
  const object = noted?.object ?? ids.at(-1)
  const parent = ids.findLast((id) => id !== object)
  return { ...(object ? { object } : {}), ...(parent ? { parent } : {}), ...noted }
}

/**
 * Logs every call but sends that were taken. Stands behind `authenticate` or `operator`, and before everything that acts. A
 * success is answered only when it is logged; other answers are logged after they are given.
 */
export const audit: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const { status } = c.res
  if (isSend(c.req) && status < 400 && !c.res.headers.has('idempotency-replayed')) return
  const row = requestRow(c, status, touched(c))
  if (status >= 400) {
    // Who is nobody, and named nobody by a proof, is sampled like a refused token: else anybody fills the log of six months.
    if (row.actor === null && c.get('noted') === undefined) noteRefusal(c, row)
    else c.executionCtx.waitUntil(logCall(c, row).catch(() => {}))
    return
  }
  try {
    await logCall(c, row)
  } catch (error) {
    // Drops the answer that may not be sent: Hono would carry its headers over to the problem.
    c.res = undefined
    throw error
  }
}
