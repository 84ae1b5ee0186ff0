import { useNavigate } from '@tanstack/react-router'
import { Button } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { auth } from '../api/auth.ts'
import { forgetPerson } from '../api/leave.ts'
import type { Me } from '../api/queries.ts'
import { unwrap } from '../api/unwrap.ts'
import { Mark } from '../parts/mark.tsx'
import { Words } from '../parts/text.tsx'
import { language, speak } from '../words/language.ts'
import { chooseTheme, type Theme, theme } from './theme.ts'
import { t } from './words.ts'

/** Chooses the theme, by turns. */
const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', t.themeSystem],
  ['light', t.themeLight],
  ['dark', t.themeDark],
]

/** Menu of the person: account, language, colours, the way out. */
export default function AccountMenu({ me }: { me: Me }) {
  const navigate = useNavigate()
  const act = async (key: string): Promise<void> => {
    const chosen = THEMES.find(([name]) => name === key)
    if (chosen) chooseTheme(chosen[0])
    else if (key === 'language') speak(language === 'fa' ? 'en' : 'fa')
    else if (key === 'account') await navigate({ href: '/account' })
    else if (key === 'sign-out') {
      await unwrap(auth.POST('/v1/auth/sign-out')).catch(() => undefined)
      forgetPerson()
      await navigate({ to: '/' })
    }
  }
  const now = theme()
  return (
    <MenuTrigger>
      <Button className="button" data-weight="quiet" aria-label={`${t.account}: ${me.name ?? ''}`}>
        <span className="account-avatar" data-letter={(me.name ?? '·').trim().charAt(0)} />
        <Words className="account-name">{me.name ?? t.account}</Words>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="list-box" onAction={(key) => void act(String(key))}>
          <MenuItem id="account" className="list-item">
            {t.account}
          </MenuItem>
          <MenuItem id="language" className="list-item">
            {t.language}
          </MenuItem>
          {THEMES.map(([id, name]) => (
            <MenuItem key={id} id={id} className="list-item" textValue={name}>
              {t.theme}: {name} {id === now ? <Mark of="check" /> : null}
            </MenuItem>
          ))}
          <MenuItem id="sign-out" className="list-item">
            {t.signOut}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
