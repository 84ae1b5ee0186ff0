import { useQueries, useQueryClient } from '@tanstack/react-query'
import type { components } from '../../../generated/api.d.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { proven } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { joined, newestFirst } from './order.ts'
import { type Place, placesOf } from './phones.ts'

/** Something that stands on a test telephone. */
export type Item = components['schemas']['PhoneItem']

/** What a person does with the telephone. */
export type Act = Omit<components['schemas']['PhoneAct'], 'number' | 'channel' | 'address'>

/** Milliseconds between two looks: at the number, and at its mailbox, messenger and device. */
const EVERY = { sms: 1_500, email: 4_000, chat: 3_000, push: 3_000 } as const
const named = ({ channel, address }: Place) => (channel === 'sms' ? { number: address } : { channel, address })

/** A telephone: what stands on it, newest first, kept fresh while it is looked at. */
export function usePhone(number: string) {
  const { api, key } = useTenantTab()
  const client = useQueryClient()
  const places = placesOf(number)
  const keyOf = ({ channel, address }: Place) => [key, 'phone', channel, address]
  const queries = useQueries({
    queries: places.map((place) => ({
      queryKey: keyOf(place),
      queryFn: async (): Promise<readonly Item[]> => {
        const had = client.getQueryData<readonly Item[]>(keyOf(place)) ?? []
        const since = had[0]?.id
        const query = { ...named(place), limit: 20, ...(since ? { since } : {}) }
        const { data } = await unwrap(api.GET('/v1/sandbox/phone', { params: { query } }))
        return joined(client.getQueryData<readonly Item[]>(keyOf(place)) ?? [], data)
      },
      // What the API refuses it refuses again: it is not asked each second.
      refetchInterval: ({ state }: { state: { error: unknown } }) =>
        state.error instanceof Failure && state.error.status < 500 ? (false as const) : EVERY[place.channel],
      staleTime: 0,
      retry: false,
    })),
  })
  const act = (channel: Place['channel'], said: Act) =>
    proven(async () => {
      const place = places.find((one) => one.channel === channel) as Place
      const { data } = await unwrap(api.POST('/v1/sandbox/phone', { body: { ...named(place), ...said } }))
      client.setQueryData<readonly Item[]>(keyOf(place), (had = []) => joined(had, data))
      return data
    })
  return {
    places,
    items: queries.flatMap(({ data }) => data ?? []).sort(newestFirst),
    isRead: queries.every(({ isPending }) => !isPending),
    error: queries[0]?.error ?? null,
    act,
  }
}

/** A telephone as `usePhone` answers it. */
export type PhoneNow = ReturnType<typeof usePhone>
