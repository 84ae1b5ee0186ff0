import { reaches, until } from '../../worlds/world.ts'
import { type CarrierName, LINES, type PersonWorld } from './carriers.ts'

export interface Shown {
  readonly id: string
  readonly status: string
  readonly from: string
  readonly to: string
  readonly inReplyTo?: string
  readonly content: { readonly text: string }
}
interface Listed {
  readonly recipient: string
  readonly source: string
}

const channelOf = (carrier: CarrierName): string => (carrier === 'telegram' || carrier === 'whatsapp' ? 'chat' : 'sms')

/** What the tests say and ask of the people of a world. */
export function talkIn(world: () => PersonWorld) {
  const optOutsOf = async (carrier: CarrierName, recipient: string): Promise<readonly Listed[]> => {
    const query = new URLSearchParams({ channel: channelOf(carrier), recipient })
    return (await world().json<{ data: Listed[] }>(`/v1/suppressions?${query}`)).data
  }
  return {
    optOutsOf,
    /** Sends what opt-outs hold back, unless told otherwise, and says how it ended. */
    send: async (carrier: CarrierName, to: string, purpose = 'informational'): Promise<Shown> => {
      const body = { channel: channelOf(carrier), to, from: LINES[carrier], content: { text: 'خبر' }, purpose }
      const { id } = await world().json<Shown>('/v1/messages', { body, status: 202 })
      return reaches<Shown>(world(), id, 'submitted', 'suppressed', 'failed', 'rejected')
    },
    heardWith: (text: string): Promise<Shown> =>
      until(`«${text}» is taken`, async () => {
        const { data } = await world().json<{ data: Shown[] }>('/v1/messages?direction=inbound&limit=100')
        return data.find(({ content }) => content.text === text)
      }),
    stopped: (carrier: CarrierName, recipient: string) =>
      until('the opt-out', async () => {
        const found = await optOutsOf(carrier, recipient)
        return found.length > 0 && found
      }),
    optOut: (carrier: CarrierName, recipient: string) =>
      world().json('/v1/suppressions', {
        body: { channel: channelOf(carrier), recipient, sender: LINES[carrier] },
        status: 201,
      }),
    lift: async (carrier: CarrierName, recipient: string): Promise<number> => {
      const query = new URLSearchParams({ channel: channelOf(carrier), recipient, sender: LINES[carrier] })
      return (await world().call(`/v1/suppressions?${query}`, { method: 'DELETE' })).status
    },
  }
}
