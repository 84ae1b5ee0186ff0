import { useEffect, useRef } from 'react'
import { digits } from '../../../words/format.ts'
import { d } from './device-words.ts'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

interface Props {
  readonly onKey: (key: string) => void
  readonly isDisabled?: boolean
}

/** Tells of keys that are pressed on the keyboard, but in no field. */
function useKeyboard({ onKey, isDisabled }: Props): void {
  const heard = useRef(onKey)
  useEffect(() => {
    heard.current = onKey
  })
  useEffect(() => {
    if (isDisabled) return
    const hear = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return
      event.preventDefault()
      heard.current(event.key)
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [isDisabled])
}

/** The keys of the telephone; those of the keyboard press them too. */
export function Keypad({ onKey, isDisabled = false }: Props) {
  useKeyboard({ onKey, isDisabled })
  return (
    <div className="keypad" dir="ltr">
      {KEYS.map((key) => (
        <button type="button" key={key} disabled={isDisabled} aria-label={d.key(key)} onClick={() => onKey(key)}>
          {digits(key)}
        </button>
      ))}
    </div>
  )
}
