import { type FormEvent, useEffect, useRef, useState } from 'react'
import { contentOf } from '../../../api/content.ts'
import { useAct } from '../../../app/act.tsx'
import { Words } from '../../../parts/text.tsx'
import { Trouble } from '../../../parts/trouble.tsx'
import { clock } from '../../../words/format.ts'
import type { Act, Item } from '../items.ts'
import { AppFrame } from './app-frame.tsx'
import { d } from './device-words.ts'
import { Icon } from './icons.tsx'
import { type AppProps, peerOf } from './view.ts'

/** Words that people answer with, so that one press tries what they do. */
const QUICK = ['STOP', 'لغو۱۱', '۱۲'] as const

/** Buttons of a messenger's message; a press answers it. */
function Buttons({ item, onPress }: { item: Item; onPress: ((said: Act) => void) | null }) {
  const buttons = contentOf(item.content)?.buttons
  if (!buttons) return null
  const { messageId } = item
  return (
    <div className="bubble-buttons">
      {buttons.flat().map(({ label, reply, url }) => (
        <button
          type="button"
          key={label}
          disabled={!onPress || reply === undefined}
          onClick={() => onPress?.({ button: reply ?? '', ...(messageId ? { messageId } : {}) })}
        >
          <Words>{label}</Words>
          {url ? <small> {d.opensLink}</small> : null}
        </button>
      ))}
    </div>
  )
}

/** File of a messenger's message. */
function Picture({ item }: { item: Item }) {
  const media = contentOf(item.content)?.media
  if (!media) return null
  const { name, kind, url, id } = media
  return (
    <span className="bubble-file">
      <Icon name="file" /> <bdi>{name ?? url ?? id ?? kind}</bdi>
    </span>
  )
}

interface Props extends AppProps {
  readonly items: readonly Item[]
  readonly channel: 'sms' | 'chat'
}

/** One thread, its newest words at the end, and the field to answer in. */
export function Thread({ phone, view, go, canAct, items, channel }: Props) {
  const [text, setText] = useState('')
  const end = useRef<HTMLDivElement>(null)
  const peer = view.at ?? ''
  const said = items.filter((item) => peerOf(item) === peer).toReversed()
  const last = said.findLast(({ direction }) => direction === 'outbound')
  const act = useAct((what: Act) => phone.act(channel, what), { onDone: () => setText('') })
  const newest = said.at(-1)?.id
  useEffect(() => {
    if (newest) end.current?.scrollTo({ top: end.current.scrollHeight })
  }, [newest])
  const write = (reply: string): void =>
    act.mutate(last?.messageId ? { reply, messageId: last.messageId } : { reply, to: peer })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (text.trim()) write(text.trim())
  }
  return (
    <AppFrame title={<bdi dir="ltr">{peer}</bdi>} back={{ app: view.app }} go={go}>
      <div className="bubbles" ref={end} data-channel={channel}>
        {said.map((item) => (
          <div key={item.id} className="bubble" data-mine={item.direction === 'inbound' ? 'true' : undefined}>
            <Picture item={item} />
            <Words className="bubble-text">{item.text}</Words>
            <Buttons item={item} onPress={canAct ? act.mutate : null} />
            <small className="figures">{clock(new Date(item.at))}</small>
          </div>
        ))}
        <Trouble error={act.error} />
      </div>
      {canAct ? (
        <div className="app-foot">
          <div className="quick">
            {QUICK.map((word) => (
              <button type="button" key={word} onClick={() => write(word)} disabled={act.isPending}>
                <bdi>{word}</bdi>
              </button>
            ))}
          </div>
          <form className="write" onSubmit={submit}>
            <input
              value={text}
              dir="auto"
              maxLength={1600}
              aria-label={d.write}
              placeholder={d.write}
              onChange={(event) => setText(event.target.value)}
            />
            <button type="submit" aria-label={d.sendIt} disabled={act.isPending || !text.trim()}>
              <Icon name="send" />
            </button>
          </form>
        </div>
      ) : null}
    </AppFrame>
  )
}
