import { digits } from '../../../words/format.ts'
import { d } from './device-words.ts'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

/** The keys of the telephone. */
export const Keypad = ({ onKey, isDisabled = false }: { onKey: (key: string) => void; isDisabled?: boolean }) => (
  <div className="keypad" dir="ltr">
    {KEYS.map((key) => (
      <button type="button" key={key} disabled={isDisabled} aria-label={d.key(key)} onClick={() => onKey(key)}>
        {digits(key)}
      </button>
    ))}
  </div>
)
