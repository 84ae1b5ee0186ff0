import type { Context } from 'hono'
import { foldDigits } from '#worker/domain/addresses/address.ts'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { SECOND, toTimestamp } from '#worker/domain/time.ts'
import { DIGITS } from '#worker/domain/verifications/code.ts'
import { BOUNDS } from '#worker/domain/verifications/verification.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { SendRequest } from '#worker/flows/messages/queue-draft.ts'
import { lookAtGuard } from '#worker/flows/verifications/guard.ts'
import { listOwnVerifications, lookUpVerification } from '#worker/flows/verifications/look-up.ts'
import {
  cancelVerification,
  checkCode,
  noteFeedback,
  resendCode,
  type SeenVerification,
  startVerification,
} from '#worker/flows/verifications/verify.ts'
import { byQuery } from '#worker/middleware/json-body.ts'
import { tellLimits } from '#worker/middleware/rate-limit-headers.ts'
import { requestRow } from '#worker/middleware/request-row.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import {
  cancelOperation,
  checkOperation,
  feedbackOperation,
  guardOperation,
  listOperation,
  readOperation,
  resendOperation,
  startOperation,
} from './verification-operations.ts'

/** Shows a verification. No code is in it, and no hash of one. */
const verificationJson = ({ realm }: Principal, { standing, order }: SeenVerification) => {
  const { id, status, codes, channels, expiresAt, checksLeft, resendAt, startedAt, updatedAt, feedback, guard } =
    standing
  return {
    id,
    status,
    mode: modeOf(realm),
    to: order.to,
    channel: codes.at(-1)?.channel ?? channels[0],
    channels,
    locale: order.locale,
    expiresAt: toTimestamp(expiresAt),
    checksLeft,
    nextChannel: standing.nextChannel,
    wording: codes.at(-1)?.wording ?? 'gateway',
    resendAt: resendAt === null ? null : toTimestamp(resendAt),
    messageIds: codes.map(({ messageId }) => messageId),
    startedAt: toTimestamp(startedAt),
    updatedAt: toTimestamp(updatedAt),
    ...(feedback === null ? {} : { feedback }),
    ...(guard === undefined ? {} : { guard }),
    ...(order.clientRef === undefined ? {} : { clientRef: order.clientRef }),
    ...(order.metadata === undefined ? {} : { metadata: order.metadata }),
  }
}

/** The call as the send of a code; its row of the access log names the verification. */
const sendRequest = (c: Context<AppEnv>, { path }: Operation, id: string): SendRequest => ({
  principal: c.get('principal'),
  origin: c.get('originRequestId'),
  row: requestRow(c, 202, { route: path, object: id }),
  payment: c.get('payment'),
})

const shown = (c: Context<AppEnv>, found: SeenVerification) => c.json(verificationJson(c.get('principal'), found))

/** `/v1/verifications`: proof that somebody has a number or an address, by a code that is sent there. */
export const verifications: Resource = {
  operations: [
    startOperation,
    listOperation,
    guardOperation,
    readOperation,
    checkOperation,
    resendOperation,
    cancelOperation,
    feedbackOperation,
  ],
  mount(app) {
    serve(app, startOperation, async (c, { body }) => {
      const { channel = 'sms', channels = [channel], locale, digits = DIGITS.usual, ttl, ...asked } = body
      const input = {
        ...asked,
        channels,
        locale: locale ?? (c.get('principal').policy.region === 'IR' ? ('fa' as const) : ('en' as const)),
        digits,
        ttlMs: ttl === undefined ? BOUNDS.ttl : ttl * SECOND,
      }
      const { limits, ...sent } = await startVerification(c.get('platform'), input, (id) =>
        sendRequest(c, startOperation, id),
      )
      tellLimits(c, limits)
      c.header('Location', `/v1/verifications/${sent.standing.id}`)
      return c.json(verificationJson(c.get('principal'), sent), 202)
    })
    serve(app, listOperation, async (c, { query: { to, channel, cursor, limit } }) => {
      const platform = c.get('platform')
      if (channel !== undefined && to === undefined)
        throw new Problem('invalid-request', {
          errors: [{ pointer: 'query:channel', detail: 'says how `to` is read, which is not given' }],
        })
      const person = to === undefined ? null : { channel: platform.channels[channel ?? 'sms'], address: to }
      const asked = { to: person, before: cursor ?? null, limit: limit + 1 }
      const { rows, last } = page(await byQuery(listOwnVerifications(platform, c.get('principal'), asked)), limit)
      const data = rows.map((one) => verificationJson(c.get('principal'), one))
      return c.json({ data, nextCursor: last?.standing.id ?? null })
    })
    // Before the call that takes any other word for an id.
    serve(app, guardOperation, async (c) => c.json(await lookAtGuard(c.get('platform'), c.get('principal'))))
    serve(app, readOperation, async (c, { params }) =>
      shown(c, await lookUpVerification(c.get('platform'), c.get('principal'), params.id)),
    )
    serve(app, checkOperation, async (c, { body, params }) => {
      const code = foldDigits(body.code).replace(/\s/g, '')
      const tried = { id: params.id, code, binding: body.binding }
      const call = { principal: c.get('principal'), origin: c.get('originRequestId') }
      return shown(c, await checkCode(c.get('platform'), call, tried))
    })
    serve(app, resendOperation, async (c, { body, params }) => {
      const asked = { id: params.id, channel: body.channel }
      const request = sendRequest(c, resendOperation, params.id)
      const { limits, ...sent } = await resendCode(c.get('platform'), request, asked)
      tellLimits(c, limits)
      return c.json(verificationJson(c.get('principal'), sent), 202)
    })
    serve(app, cancelOperation, async (c, { params }) =>
      shown(c, await cancelVerification(c.get('platform'), c.get('principal'), params.id)),
    )
    serve(app, feedbackOperation, async (c, { body, params }) => {
      const noted = { id: params.id, feedback: body.outcome }
      return shown(c, await noteFeedback(c.get('platform'), c.get('principal'), noted))
    })
  },
}
