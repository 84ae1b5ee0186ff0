import { useEffect, useRef, useState } from 'react'
import { contentOf } from '../../../api/content.ts'
import type { Item, PhoneNow } from '../items.ts'
import { isAfter } from '../order.ts'

/** An application on the telephone. */
export type App = 'messages' | 'phone' | 'mail' | 'chat' | 'notices'

/** What the telephone shows: an application, and in it one thread or one mail. */
export interface View {
  readonly app: App | 'home'
  readonly at?: string
}

const APPS: Readonly<Record<Item['channel'], App>> = {
  sms: 'messages',
  voice: 'phone',
  ussd: 'phone',
  email: 'mail',
  chat: 'chat',
  push: 'notices',
}

/** The application that an item belongs to. */
export const appOf = ({ channel }: Item): App => APPS[channel]

/** Who is at the other end of an item. */
export const peerOf = ({ direction, from, to }: Item): string => (direction === 'outbound' ? from : to)

/** True if what the telephone shows has the item in it already. */
export const isShown = ({ app, at }: View, item: Item): boolean =>
  app === appOf(item) && (at === undefined || at === peerOf(item))

/** What every application of the telephone is given. */
export interface AppProps {
  readonly phone: PhoneNow
  readonly view: View
  readonly go: (view: View) => void
  readonly canAct: boolean
}

/** Title of a notification or a mail; of all else its words. */
export function titleOf({ channel, content, text }: Item): string {
  const { title, subject } = contentOf(content) ?? {}
  return (channel === 'push' ? title : channel === 'email' ? subject : undefined) ?? text
}

/** Milliseconds that a banner stays. */
const BANNER_MS = 6_000

interface Arrivals {
  /** Item that has just arrived, above all else. */
  readonly banner: Item | null
  readonly call: Item | null
  /** Screen of a session that is to be seen. */
  readonly screen: Item | null
}

const NOTHING: Arrivals = { banner: null, call: null, screen: null }

const withArrived = (now: Arrivals, item: Item): Arrivals => {
  if (item.channel === 'voice' && item.state !== 'missed') return { ...now, call: now.call ?? item }
  if (item.channel === 'ussd') return { ...now, screen: item }
  return { ...now, banner: item }
}

/**
 * Tells what arrives while the telephone is looked at: a call rings, a screen opens, all else shows a banner. What was there
 * before does not, unless it came after `freshSince`: a message that was sent to a telephone which nobody had looked at yet.
 */
export function useArrivals(items: readonly Item[], isRead: boolean, freshSince: number | null) {
  const [now, set] = useState<Arrivals>(NOTHING)
  const known = useRef<Set<string> | null>(null)
  useEffect(() => {
    if (!isRead) return
    const isFresh = ({ at }: Item): boolean => freshSince !== null && Date.parse(at) >= freshSince
    known.current ??= new Set(items.filter((item) => !isFresh(item)).map(({ id }) => id))
    const seen = known.current
    for (const item of items.toReversed()) {
      if (seen.has(item.id)) continue
      seen.add(item.id)
      if (item.direction === 'outbound') set((then) => withArrived(then, item))
    }
  }, [items, isRead, freshSince])
  const { banner } = now
  useEffect(() => {
    if (!banner) return
    const leaving = setTimeout(() => set((then) => ({ ...then, banner: null })), BANNER_MS)
    return () => clearTimeout(leaving)
  }, [banner])
  return {
    ...now,
    clear: (what: keyof Arrivals) => set((then) => ({ ...then, [what]: null })),
    show: (call: Item) => set((then) => ({ ...then, call })),
  }
}

/** Counts what arrived at each application since it was last opened. */
export function useUnread(items: readonly Item[], app: View['app']): (asked: App) => number {
  const [opened, setOpened] = useState<Readonly<Partial<Record<App, string>>>>({})
  const newest = items[0]?.id
  useEffect(() => {
    if (app !== 'home' && newest) setOpened((had) => ({ ...had, [app]: newest }))
  }, [app, newest])
  return (asked) =>
    items.filter((item) => {
      if (item.direction !== 'outbound' || appOf(item) !== asked || asked === app) return false
      if (asked === 'phone' && item.state !== 'missed') return false
      const until = opened[asked]
      return !until || isAfter(item.id, until)
    }).length
}
