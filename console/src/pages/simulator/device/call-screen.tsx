import { useEffect, useMemo, useState } from 'react'
import { contentOf } from '../../../api/content.ts'
import { useAct } from '../../../app/act.tsx'
import { Ltr } from '../../../parts/text.tsx'
import { Trouble } from '../../../parts/trouble.tsx'
import { digits } from '../../../words/format.ts'
import type { Act, Item, PhoneNow } from '../items.ts'
import { d } from './device-words.ts'
import { Icon } from './icons.tsx'
import { Keypad } from './keypad.tsx'

/** Milliseconds of a word, as it is read. */
const WORD_MS = 340

/** What a call says: its words, the language that they are read in, and how many keys it asks for. */
interface Spoken {
  readonly text: string
  readonly words: readonly string[]
  readonly language: string | undefined
  readonly about: string | null
  readonly gather: { readonly digits: number; readonly finish: string } | null
}

function spokenOf(item: Item): Spoken {
  const { say, digits: asked, play, gather } = contentOf(item.content) ?? {}
  const code = typeof asked === 'object' ? asked : undefined
  const read = code ? [...code.code].join(' ') : (say?.text ?? (play ? '' : item.text))
  const text = gather?.prompt ? `${read} ${gather.prompt}` : read
  return {
    text,
    words: text.split(/\s+/).filter(Boolean),
    language: say?.language ?? code?.language,
    about: code ? d.digitsRead : play ? d.recording : null,
    gather: gather ? { digits: gather.digits, finish: gather.finishOnKey ?? '#' } : null,
  }
}

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Words that were read so far; all at once for who wants no movement. */
function useReading(count: number, isOn: boolean): readonly [number, () => void] {
  const [said, setSaid] = useState(0)
  useEffect(() => {
    if (!isOn || said >= count) return
    if (isStill()) return setSaid(count)
    const reading = setTimeout(() => setSaid(said + 1), WORD_MS)
    return () => clearTimeout(reading)
  }, [isOn, said, count])
  return [said, () => setSaid(0)]
}

/** Seconds since the call was answered. */
function Timer() {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const ticking = setInterval(() => setSeconds((had) => had + 1), 1_000)
    return () => clearInterval(ticking)
  }, [])
  const two = (value: number): string => String(value).padStart(2, '0')
  return <Ltr className="figures">{digits(`${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`)}</Ltr>
}

/** Reads the words aloud, when somebody presses for it and the browser can. */
function Listen({ text, language }: Pick<Spoken, 'text' | 'language'>) {
  const [isOn, setOn] = useState(false)
  useEffect(() => () => globalThis.speechSynthesis?.cancel(), [])
  if (!('speechSynthesis' in globalThis) || !text) return null
  const press = (): void => {
    speechSynthesis.cancel()
    setOn(!isOn)
    if (isOn) return
    const speech = new SpeechSynthesisUtterance(text)
    if (language) speech.lang = language
    speech.onend = () => setOn(false)
    speech.onerror = () => setOn(false)
    speechSynthesis.speak(speech)
  }
  return (
    <button
      type="button"
      className="round"
      aria-pressed={isOn}
      aria-label={isOn ? d.stopListening : d.listen}
      onClick={press}
    >
      <Icon name="speaker" />
    </button>
  )
}

interface Props {
  readonly item: Item
  readonly phone: PhoneNow
  readonly canAct: boolean
  readonly onEnd: () => void
}

/** A call that rings until it is answered. */
const Ringing = ({ from, onAnswer, onEnd }: { from: string; onAnswer: () => void; onEnd: () => void }) => (
  <div className="call" data-state="ringing" role="dialog" aria-label={d.incoming}>
    <div className="caller">
      <span className="rings" aria-hidden="true">
        <i />
        <i />
        <i />
        <Icon name="phone" isFilled />
      </span>
      <strong>
        <Ltr>{from}</Ltr>
      </strong>
      <span>{d.incoming}</span>
    </div>
    <div className="call-buttons">
      <button type="button" className="round" data-tone="stop" aria-label={d.decline} onClick={onEnd}>
        <Icon name="phone" isFilled />
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: a call that rings is over all else */}
      <button type="button" className="round" data-tone="go" aria-label={d.answer} autoFocus onClick={onAnswer}>
        <Icon name="phone" isFilled />
      </button>
    </div>
  </div>
)

/** A call: it rings, is answered, reads out, and takes keys. */
export function CallScreen({ item, phone, canAct, onEnd }: Props) {
  const [isAnswered, setAnswered] = useState(false)
  const [keys, setKeys] = useState('')
  const spoken = useMemo(() => spokenOf(item), [item])
  const [said, again] = useReading(spoken.words.length, isAnswered)
  const act = useAct((what: Act) => phone.act('sms', what))
  if (!isAnswered) return <Ringing from={item.from} onAnswer={() => setAnswered(true)} onEnd={onEnd} />
  const press = (key: string): void => {
    const { gather } = spoken
    const about = item.messageId ? { messageId: item.messageId } : {}
    const isEnd = gather !== null && key === gather.finish
    const all = isEnd ? keys : keys + key
    const isWhole = !gather || isEnd || all.length >= gather.digits
    setKeys(isWhole && !gather ? key : all)
    if (isWhole && all) act.mutate({ press: gather ? all : key, ...about }, { onSuccess: () => gather && setKeys('') })
  }
  const lastKeys = phone.items.find(
    ({ channel, direction, messageId }) =>
      channel === 'voice' && direction === 'inbound' && messageId !== null && messageId === item.messageId,
  )
  return (
    <div className="call" data-state="talking" role="dialog" aria-label={d.phone}>
      <div className="caller">
        <strong>
          <Ltr>{item.from}</Ltr>
        </strong>
        <Timer />
      </div>
      {spoken.about ? <p className="call-about">{spoken.about}</p> : null}
      <p className="spoken" dir="auto" aria-live="polite">
        {spoken.words.map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: words of one text stand where they stand
          <span key={at} data-said={at < said || undefined}>
            {word}{' '}
          </span>
        ))}
      </p>
      <p className="call-keys">
        <Ltr>{digits(keys || lastKeys?.text || ' ')}</Ltr>
      </p>
      <Keypad onKey={press} isDisabled={!canAct || act.isPending} />
      <Trouble error={act.error} />
      <div className="call-buttons">
        <Listen text={spoken.text} language={spoken.language} />
        <button type="button" className="round" data-tone="stop" aria-label={d.hangUp} onClick={onEnd}>
          <Icon name="phone" isFilled />
        </button>
        <button type="button" className="round" aria-label={d.callAgain} onClick={again}>
          <Icon name="again" />
        </button>
      </div>
    </div>
  )
}
