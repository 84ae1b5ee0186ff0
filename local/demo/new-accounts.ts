import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { type Api, api } from '../api.ts'
import { operatorToken } from '../operator-token.ts'
import { ensureSecrets, readDemo } from '../state.ts'

/** Senders of an account on each channel, which no other account has: a line has one holder. */
function sendersOf(tenantId: string): Readonly<Record<ChannelName, string>> {
  const digest = createHash('sha256').update(tenantId).digest()
  const digits = String(digest.readUInt32BE() % 10_000_000).padStart(7, '0')
  const name = tenantId.replaceAll('_', '-')
  return {
    sms: `+98219${digits}`,
    voice: `+98219${digits}`,
    push: name,
    email: `hello@${name}.example`,
    ussd: `*384*${digits}#`,
    chat: `sandbox:${digits}`,
  }
}

/** Gives an account what an operator gives: in test a route on each channel over the sandbox carrier, and a sender. */
async function openTest(operator: Api, tenantId: string): Promise<void> {
  const senders = sendersOf(tenantId)
  for (const [name, { connectionId }] of Object.entries(readDemo()?.channels ?? {})) {
    const channel = name as ChannelName
    await operator.put('/admin/v1/routes', { tenantId, channel, mode: 'test', connections: [connectionId] })
    const sender = { channel, address: senders[channel], lineClass: 'service', isDefault: true }
    await operator.post(`/admin/v1/tenants/${tenantId}/senders`, sender)
  }
}

/**
 * Serves the front's word of an account that somebody just made (`?tenant=`): nobody else is on this machine who would open it,
 * and who signs up wants to send. What goes wrong is the answer, which the front lets pass: the account is there all the same.
 */
export const serveNewAccounts = (baseUrl: string) => async (request: IncomingMessage, response: ServerResponse) => {
  const tenantId = new URL(request.url ?? '/', baseUrl).searchParams.get('tenant') ?? ''
  try {
    const token = await operatorToken({ key: ensureSecrets().operatorKey, audience: baseUrl, subject: 'npm-start' })
    await openTest(api(baseUrl, token), tenantId)
    response.writeHead(204).end()
  } catch (error) {
    console.error(`The account ${tenantId} could not be opened for test: ${String(error)}`)
    response.writeHead(500).end()
  }
}
