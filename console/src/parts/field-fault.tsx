import { FieldError } from 'react-aria-components/FieldError'
import { words } from '../words/language.ts'
import { Isolated } from './said.tsx'

const t = words(
  { missing: 'Fill this in.', short: 'This is too short.', wrong: 'This is not in the expected form.' },
  { missing: 'این را پر کنید.', short: 'این کوتاه است.', wrong: 'این به شکلی نیست که باید.' },
)

/** Says what a browser's own check found, in the page's language: the browser would say it in its own, which may be another. */
const found = ({ valueMissing, tooShort }: ValidityState): string => {
  if (valueMissing) return t.missing
  return tooShort ? t.short : t.wrong
}

/** What is wrong with a field: what the page or the API says of it, or else what the browser's check found. */
export const FieldFault = ({ error }: { error: string | undefined }) => (
  <FieldError className="error">
    {({ validationDetails, validationErrors }) => (
      <Isolated
        text={error || (validationDetails.customError ? validationErrors.join(' ') : found(validationDetails))}
      />
    )}
  </FieldError>
)
