import * as z from 'zod'
import {
  CallbackRefused,
  type Connection,
  type Ports,
  type Provider,
  type Received,
  type Turn,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { SESSION_SETTINGS } from '#worker/domain/sessions/settings.ts'
import { callbackFields } from '#worker/vendors/callback-body.ts'
import type { UssdContent } from './content.ts'

/**
 * Africa's Talking USSD: sessions only, it pushes no text. Each turn is a form with `text` = all inputs so far joined by
 * `*`, answered by `text/plain` that begins with `CON ` or `END `. It signs nothing: the secret in the path is the proof.
 * The fields of both forms were seen in several independent client libraries and public applications; its own pages were
 * not at hand. Unconfirmed: how long it waits for an answer, and whether it repeats a turn that got none.
 */
export const africasTalking: Provider<UssdContent> = {
  name: 'africas-talking',
  settings: SESSION_SETTINGS,
  features: ['session'],
  batch: 1,
  echoesRef: false,
  callbackProof: 'path-secret',
  open(settings, ports) {
    openSettings(africasTalking, settings)
    return connection(ports)
  },
}

const call = z.object({
  sessionId: z.string().min(1).max(200),
  serviceCode: z.string().min(1).max(64),
  phoneNumber: z.string().min(3).max(40),
  /** Absent in the notification that a session has ended. */
  text: z.string().max(4_000).optional(),
  networkCode: z.string().max(20).optional().catch(undefined),
  /** Present only in the notification that a session has ended, which may come to the same URL. */
  durationInMillis: z.string().optional(),
})

function turnOf(
  { sessionId, serviceCode, phoneNumber, networkCode, text = '', durationInMillis }: z.infer<typeof call>,
  at: number,
) {
  const base = { sessionRef: sessionId, from: phoneNumber, to: serviceCode, at }
  if (durationInMillis !== undefined) return { ...base, event: 'end', input: null } satisfies Turn
  const inputs = text === '' ? [] : text.split('*')
  return {
    ...base,
    event: inputs.length === 0 ? 'start' : 'input',
    input: inputs.at(-1) ?? null,
    inputs,
    ...(networkCode === undefined ? {} : { network: networkCode }),
  } satisfies Turn
}

async function receive(ports: Ports, request: Request): Promise<Received<UssdContent>> {
  const parsed = call.safeParse(await callbackFields(request))
  if (!parsed.success) throw new CallbackRefused(400, 'not a USSD call of this carrier')
  return { receipts: [], inbound: [], turn: turnOf(parsed.data, ports.now()) }
}

const connection = (ports: Ports): Connection<UssdContent> => ({
  // Never called: every message needs `outbound`, which this provider lacks. The contract asks for an answer all the same.
  submit: async (messages) =>
    messages.map(() => ({
      outcome: 'rejected',
      failure: { code: 'not-supported', carrierCode: 'none', detail: 'This carrier has sessions only.' },
    })),
  receive: (request) => receive(ports, request),
  answer: (_, { text, ends }) =>
    new Response(`${ends ? 'END' : 'CON'} ${text}`, { headers: { 'content-type': 'text/plain; charset=utf-8' } }),
})
