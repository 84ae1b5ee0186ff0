import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { type Back, spanOf } from '../../app/traffic/span.ts'
import { calendar, zone } from '../../words/format.ts'

/** Milliseconds between two looks; the API counts about once a minute. */
const EVERY = 60_000

type Asked = {
  readonly from: string
  readonly to?: string
  readonly by: readonly ('hour' | 'day' | 'month' | 'channel' | 'direction')[]
}

/**
 * What Home shows: the last hours, and by time and direction, by channel and direction, and in all, now and in as long a time
 * before. Each is a call of its own, as medians of parts make no median of the whole; each reads a row a day at most.
 */
export function useStatistics(back: Back, channel: string | undefined) {
  const { api, key, can } = useTenantTab()
  const span = useMemo(() => spanOf(back, Date.now()), [back])
  const day = useMemo(() => spanOf('24h', Date.now()), [])
  const ask = (asked: Asked | null, of: string | undefined) => ({
    queryKey: [key, 'statistics', asked, of],
    enabled: asked !== null && can('statistics:read'),
    refetchInterval: EVERY,
    queryFn: () => {
      const times = { zone, calendar: calendar === 'persian' ? ('persian' as const) : ('gregorian' as const) }
      // The cast: a channel of the address may be any word, and the API answers what is wrong with it.
      const query = { ...asked, ...times, ...(of === undefined ? {} : { channel: of }) } as never
      return unwrap(api.GET('/v1/statistics', { params: { query } }))
    },
  })
  const { by, from, before } = span
  return {
    span,
    lately: useQuery(ask({ from: day.from, by: [day.by, 'direction'] }, undefined)),
    byTime: useQuery(ask({ from, by: [by, 'direction'] }, channel)),
    byChannel: useQuery(ask(before ? { from, by: ['channel', 'direction'] } : null, undefined)),
    inAll: useQuery(ask({ from, by: ['direction'] }, channel)),
    earlier: useQuery(ask(before && { ...before, by: ['direction'] }, channel)),
  }
}
