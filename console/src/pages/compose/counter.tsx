import { Button } from '../../parts/button.tsx'
import { Ltr } from '../../parts/text.tsx'
import { between } from '../../words/format.ts'
import { foreignLetters, smsParts, stretches, withTwins } from './text/sms-parts.ts'
import { t } from './words.ts'

/** Most parts that the API takes. */
const MOST_PARTS = 10
/** Different letters up to which one would rather have GSM-7; a text with more is written in another script. */
const FEW = 8
/** Letters of a text that is shown with its marks. */
const SHOWN = 700

const nameOf = (letter: string): string =>
  /[\p{L}\p{N}\p{P}\p{S}]/u.test(letter)
    ? letter
    : `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** Says how a text travels as SMS, as it is typed; marks the letters that make it UCS-2, and offers plain ones. */
export function Counter({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { encoding, parts, left } = smsParts(text)
  const foreign = foreignLetters(text)
  const isOdd = foreign.length > 0 && foreign.length <= FEW
  return (
    <div className="counter">
      <p className="help" role="status">
        <strong>{t.parts(text === '' ? 0 : parts.length)}</strong>
        {between}
        {t.left(left)}
        {between}
        {encoding === 'gsm-7' ? t.gsm : t.ucs}
      </p>
      {parts.length > MOST_PARTS ? <p className="error">{t.tooLong}</p> : null}
      {isOdd ? (
        <div className="foreign">
          <p className="help">{t.foreign}</p>
          <ul>
            {foreign.map(({ letter, count, twin }) => (
              <li key={letter}>
                <mark>
                  <bdi>{nameOf(letter)}</bdi>
                </mark>
                {count > 1 ? <Ltr className="faint"> ×{count}</Ltr> : null}
                {twin === null ? null : <Ltr> = {twin.trim() === '' ? `"${twin}"` : twin}</Ltr>}
              </li>
            ))}
          </ul>
          <p className="marked" dir="auto">
            {stretches(text.slice(0, SHOWN)).map(({ text: piece, isForeign }, at) =>
              // biome-ignore lint/suspicious/noArrayIndexKey: stretches of one text stand where they stand
              isForeign ? <mark key={at}>{piece}</mark> : <span key={at}>{piece}</span>,
            )}
          </p>
          {foreign.some(({ twin }) => twin !== null) ? (
            <Button onPress={() => onChange(withTwins(text))}>{t.replace}</Button>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}
