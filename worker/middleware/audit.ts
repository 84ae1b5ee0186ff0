import type { Context, HonoRequest, MiddlewareHandler, Next } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import { newRefusals } from '#worker/flows/auth/refusals.ts'
import type { AuditJob, RequestRow } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { AUDIT_ROWS } from '#worker/queue-limits.ts'
import { requestRow } from './request-row.ts'
import type { AppEnv } from './variables.ts'

const refusals = newRefusals()

/** Puts a call into the IP log before it is answered; a call that cannot be logged is not answered (503). */
export async function logCall(c: Context<AppEnv>, row: RequestRow): Promise<void> {
  try {
    await c.env.AUDIT.send({ kind: 'audit', rows: [row] })
  } catch (error) {
    c.get('platform').log('audit.unavailable', { requestId: row.id, error: errorLabel(error) })
    throw new Problem('unavailable', { headers: { 'retry-after': '5' } })
  }
}

async function sendRefusals(c: Context<AppEnv>): Promise<void> {
  const { now, log } = c.get('platform')
  const rows = refusals.take(now())
  for (let i = 0; i < rows.length; i += AUDIT_ROWS) {
    const job: AuditJob = { kind: 'audit', rows: rows.slice(i, i + AUDIT_ROWS) }
    try {
      await c.env.AUDIT.send(job)
    } catch (error) {
      const lost = refusals.restore(rows.slice(i))
      log('audit.refusals-delayed', { rows: rows.length - i, lost, error: errorLabel(error) })
      return
    }
  }
}

/** Notes a refused sign-in for the IP log, behind the answer: sampled past 10 a second and address. */
export function noteRefusal(c: Context<AppEnv>, row: RequestRow): void {
  const wait = refusals.add(row, c.get('platform').now())
  if (wait === null) return
  c.executionCtx.waitUntil(scheduler.wait(wait).then(() => sendRefusals(c)))
}

/** Sends log themselves: their row rides in the envelope. A replayed one has no envelope. */
const isSend = ({ method, path }: HonoRequest): boolean =>
  method === 'POST' && (path === '/v1/messages' || path === '/v1/messages/batch')

/**
 * Behind `authenticate` or `operator`, before everything that acts: logs every call but sends. A success waits for the
 * log; other answers are logged behind them.
 */
export const audit: MiddlewareHandler<AppEnv> = (c, next) =>
  isSend(c.req) && c.req.header('Idempotency-Key') === undefined ? next() : logged(c, next)

async function logged(c: Context<AppEnv>, next: Next): Promise<void> {
  await next()
  if (isSend(c.req) && !c.res.headers.has('idempotency-replayed')) return
  const { status } = c.res
  const row = requestRow(c, status)
  if (status >= 400) {
    c.executionCtx.waitUntil(logCall(c, row).catch(() => {}))
    return
  }
  try {
    await logCall(c, row)
  } catch (error) {
    // Hono would carry the unsent answer's headers over to the problem.
    c.res = undefined
    throw error
  }
}
