import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { unwrap } from '../../../api/unwrap.ts'
import { useTenantTab } from '../../../app/tab.tsx'
import { Words } from '../../../parts/text.tsx'
import { clock } from '../../../words/format.ts'
import type { Item } from '../items.ts'
import { AppFrame } from './app-frame.tsx'
import { d } from './device-words.ts'
import { Icon } from './icons.tsx'
import { Thread } from './thread.tsx'
import { type AppProps, peerOf } from './view.ts'

/** Asks the person to which line of the account he writes first. */
function NewThread({ channel, onChosen }: { channel: 'sms' | 'chat'; onChosen: (line: string) => void }) {
  const { api, key } = useTenantTab()
  const senders = useQuery({
    queryKey: [key, 'senders', channel],
    queryFn: () => unwrap(api.GET('/v1/senders', { params: { query: { channel } } })),
  })
  const lines = (senders.data?.data ?? []).filter(({ kind }) => kind !== 'alphanumeric')
  return (
    <div className="app-list">
      <p className="app-note">{d.writeTo}</p>
      {lines.map(({ address }) => (
        <button type="button" key={address} className="thread-row" onClick={() => onChosen(address)}>
          <Avatar name={address} />
          <span className="banner-words">
            <bdi dir="ltr">{address}</bdi>
          </span>
        </button>
      ))}
    </div>
  )
}

/** A circle with the beginning of a name. */
const Avatar = ({ name }: { name: string }) => (
  <span className="avatar" aria-hidden="true">
    {/\p{L}/u.test(name.at(0) ?? '') ? name.at(0)?.toUpperCase() : '#'}
  </span>
)

/** Threads of an application, the one with the newest item first. */
const threadsOf = (items: readonly Item[]): readonly (readonly [string, Item])[] =>
  [...new Map(items.toReversed().map((item) => [peerOf(item), item] as const)).entries()].sort(([, a], [, b]) =>
    b.at.localeCompare(a.at),
  )

/** Text messages, or a messenger: threads, and in them what was said. */
export function ThreadsApp({ phone, view, go, canAct }: AppProps) {
  const [isNew, setNew] = useState(false)
  const isChat = view.app === 'chat'
  const channel = isChat ? 'chat' : 'sms'
  const items = phone.items.filter((item) => item.channel === channel)
  if (view.at !== undefined) return <Thread {...{ phone, view, go, canAct }} items={items} channel={channel} />
  return (
    <AppFrame
      title={isChat ? d.chat : d.messages}
      back={{ app: 'home' }}
      go={go}
      action={
        canAct ? (
          <button type="button" className="app-button" aria-label={d.newMessage} onClick={() => setNew(!isNew)}>
            <Icon name="pen" />
          </button>
        ) : undefined
      }
    >
      {isNew ? (
        <NewThread channel={channel} onChosen={(at) => go({ app: view.app, at })} />
      ) : (
        <div className="app-list">
          {items.length === 0 ? <p className="app-empty">{isChat ? d.noChat : d.noMessages}</p> : null}
          {threadsOf(items).map(([peer, last]) => (
            <button type="button" key={peer} className="thread-row" onClick={() => go({ app: view.app, at: peer })}>
              <Avatar name={peer} />
              <span className="banner-words">
                <span className="banner-head">
                  <bdi dir="ltr">{peer}</bdi>
                  <small>{clock(new Date(last.at))}</small>
                </span>
                <Words className="banner-text">{last.text}</Words>
              </span>
            </button>
          ))}
        </div>
      )}
    </AppFrame>
  )
}
