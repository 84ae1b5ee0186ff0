import { useEffect, useState } from 'react'
import { Words } from '../../../parts/text.tsx'
import { channelName } from '../../../words/common.ts'
import { clock } from '../../../words/format.ts'
import type { Item, PhoneNow } from '../items.ts'
import { t } from '../words.ts'
import { CallScreen } from './call-screen.tsx'
import { d } from './device-words.ts'
import { HomeScreen } from './home-screen.tsx'
import { Icon, Reception } from './icons.tsx'
import { MailApp } from './mail-app.tsx'
import { NoticesApp } from './notices-app.tsx'
import { PhoneApp } from './phone-app.tsx'
import { SessionScreen } from './session-screen.tsx'
import { ThreadsApp } from './threads-app.tsx'
import { type AppProps, appOf, isShown, peerOf, titleOf, useArrivals, useUnread, type View } from './view.ts'

function Clock() {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const ticking = setInterval(() => setNow(new Date()), 5_000)
    return () => clearInterval(ticking)
  }, [])
  return <span className="figures">{clock(now)}</span>
}

/** What has just arrived, over the screen; a press opens it. */
const Banner = ({ item, onOpen }: { item: Item; onOpen: () => void }) => (
  <button type="button" className="banner" onClick={onOpen}>
    <span className="app-icon" data-app={appOf(item)}>
      <Icon name={appOf(item)} isFilled />
    </span>
    <span className="banner-words">
      <span className="banner-head">
        <bdi>{item.channel === 'push' ? titleOf(item) : peerOf(item)}</bdi>
        <small>{channelName(item.channel)}</small>
      </span>
      <Words className="banner-text">{item.text}</Words>
    </span>
  </button>
)

const Apps = (props: AppProps) => {
  const { app } = props.view
  if (app === 'messages' || app === 'chat') return <ThreadsApp {...props} />
  if (app === 'mail') return <MailApp {...props} />
  if (app === 'notices') return <NoticesApp {...props} />
  return <PhoneApp {...props} />
}

interface DeviceProps {
  readonly number: string
  readonly phone: PhoneNow
  /** Epoch milliseconds: what came after it has just arrived, though the telephone was not looked at before. */
  readonly freshSince: number | null
  readonly canAct: boolean
}

/** The drawn telephone. */
export function Device({ number, phone, freshSince, canAct }: DeviceProps) {
  const [view, go] = useState<View>({ app: 'home' })
  const arrivals = useArrivals(phone.items, phone.isRead, freshSince)
  const unread = useUnread(phone.items, view.app)
  const { banner, call, screen } = arrivals
  // Over a call, and over an application that does not show it already; the first screen has a card for it.
  const isTold = banner !== null && (call !== null || (view.app !== 'home' && !isShown(view, banner)))
  const open = (item: Item): void => {
    arrivals.clear('banner')
    go({
      app: appOf(item),
      at: item.channel === 'email' ? item.id : item.channel === 'push' ? undefined : peerOf(item),
    })
  }
  return (
    <section className="telephone" aria-label={t.thePhone(number)}>
      <div className="telephone-glass" data-app={view.app} data-call={call ? '' : undefined}>
        <div className="telephone-head">
          <Clock />
          <span className="telephone-carrier">{t.carrier}</span>
          <Reception />
        </div>
        {isTold ? <Banner key={banner.id} item={banner} onOpen={() => open(banner)} /> : null}
        <div className="telephone-screen" inert={Boolean(call ?? screen)}>
          {view.app === 'home' ? (
            <HomeScreen phone={phone} unread={unread} go={go} open={open} />
          ) : (
            <Apps phone={phone} view={view} go={go} canAct={canAct} />
          )}
        </div>
        {screen ? (
          <SessionScreen phone={phone} item={screen} canAct={canAct} onClose={() => arrivals.clear('screen')} />
        ) : null}
        {call ? (
          <CallScreen key={call.id} item={call} phone={phone} canAct={canAct} onEnd={() => arrivals.clear('call')} />
        ) : null}
        <button type="button" className="home-bar" aria-label={d.home} onClick={() => go({ app: 'home' })} />
      </div>
      <p className="visually-hidden" role="status">
        {banner ? `${channelName(banner.channel)} ${d.from(peerOf(banner))}: ${banner.text}` : ''}
        {call ? `${d.incoming} ${d.from(call.from)}` : ''}
      </p>
    </section>
  )
}
