import { Words } from '../../../parts/text.tsx'
import { channelName } from '../../../words/common.ts'
import { clock, longDay, num } from '../../../words/format.ts'
import type { Item, PhoneNow } from '../items.ts'
import { d } from './device-words.ts'
import { Icon } from './icons.tsx'
import { type App, appOf, peerOf, titleOf, type View } from './view.ts'

const APPS: readonly (readonly [App, string])[] = [
  ['phone', d.phone],
  ['messages', d.messages],
  ['mail', d.mail],
  ['chat', d.chat],
  ['notices', d.notices],
]

/** Cards that stand below the clock. */
const CARDS = 3

interface Props {
  readonly phone: PhoneNow
  readonly unread: (app: App) => number
  readonly go: (view: View) => void
  readonly open: (item: Item) => void
}

/** First screen of the telephone: the time, what is new, the applications. */
export function HomeScreen({ phone, unread, go, open }: Props) {
  const now = new Date()
  const fresh = phone.items
    .filter((item) => item.direction === 'outbound' && item.channel !== 'ussd' && unread(appOf(item)) > 0)
    .slice(0, CARDS)
  return (
    <div className="home-screen">
      <div className="home-clock">
        <time>{clock(now)}</time>
        <span>{longDay(now)}</span>
      </div>
      <div className="home-cards">
        {fresh.length === 0 ? <p className="home-hint">{d.hint}</p> : null}
        {fresh.map((item) => (
          <button type="button" key={item.id} className="home-card" onClick={() => open(item)}>
            <span className="app-icon" data-app={appOf(item)}>
              <Icon name={appOf(item)} isFilled />
            </span>
            <span className="banner-words">
              <span className="banner-head">
                <bdi>{item.channel === 'push' ? titleOf(item) : peerOf(item)}</bdi>
                <small>{clock(new Date(item.at))}</small>
              </span>
              <Words className="banner-text">
                {item.state === 'missed' ? d.missed : item.channel === 'email' ? titleOf(item) : item.text}
              </Words>
              <span className="visually-hidden">{channelName(item.channel)}</span>
            </span>
          </button>
        ))}
      </div>
      <nav className="dock" aria-label={d.home}>
        {APPS.map(([app, name]) => {
          const count = unread(app)
          return (
            <button type="button" key={app} className="dock-app" onClick={() => go({ app })}>
              <span className="app-icon" data-app={app}>
                <Icon name={app} isFilled />
                {count > 0 ? (
                  <span className="count" key={count}>
                    {num(count)}
                  </span>
                ) : null}
              </span>
              <span className="dock-name">{name}</span>
              {count > 0 ? <span className="visually-hidden">{d.unread(count)}</span> : null}
            </button>
          )
        })}
      </nav>
    </div>
  )
}
