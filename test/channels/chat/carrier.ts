import type { ChatContent } from '#worker/channels/chat/content.ts'
import type { Connection, Submission } from '#worker/domain/carriers/provider.ts'
import { attemptOf, type Carrier, type ConformanceKit, play } from '../../conformance/kit.ts'

/** A stored file that the ports of these tests know. */
export const STORED = {
  id: 'med_stored',
  type: 'application/pdf',
  name: 'رسید.pdf',
  bytes: 3,
  body: new Uint8Array([1, 2, 3]),
} as const

export interface Sent {
  readonly submission: Submission
  /** Requests that reached the carrier. */
  readonly seen: Request[]
}

type Kit = ConformanceKit<ChatContent>
/** A stored file that the bucket does not give just now. */
export const UNREADABLE = 'med_unreadable'

const ports = {
  file: async (id: string) => {
    if (id === UNREADABLE) throw new Error('the bucket is away')
    return id === STORED.id ? STORED : null
  },
  fileUrl: async (id: string) => `https://gw.example/f/${id}`,
}

export function open(kit: Kit, carrier: Carrier): { connection: Connection<ChatContent>; seen: Request[] } {
  const played = play(carrier, undefined, ports)
  return { connection: kit.provider.open(kit.settings, played.ports), seen: played.seen }
}

/** Submits one content of a kit's provider to a carrier. */
export async function send(kit: Kit, content: ChatContent, carrier?: Carrier, over: Partial<Kit> = {}): Promise<Sent> {
  const { connection, seen } = open(kit, carrier ?? (kit.carrier.takes as Carrier))
  const [submission] = await connection.submit([attemptOf({ ...kit, ...over, content })])
  if (!submission) throw new Error('nothing was answered')
  return { submission, seen }
}

/** Body of the only request, as JSON. */
export async function jsonOf({ seen }: Sent): Promise<Record<string, unknown>> {
  const [only] = seen
  if (!only || seen.length !== 1) throw new Error(`the carrier saw ${seen.length} requests`)
  return (await only.json()) as Record<string, unknown>
}
