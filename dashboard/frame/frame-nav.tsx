import { Drawer } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, useLocation } from 'react-router'
import { useAccount } from '../services.tsx'
import { BrandMark } from '../ui/brand-mark.tsx'
import { Icon } from '../ui/icons.tsx'
import { useIsNarrow } from '../ui/use-media.ts'
import { type PageLink, PHONE_PAGES_MAX, pageGroupsOf } from './pages.ts'

/** A column of all pages beside the page; on a phone a bar below it. */
export function FrameNav() {
  const { t } = useTranslation()
  const isNarrow = useIsNarrow()
  return (
    <nav className="frame-nav" aria-label={t('nav.main')}>
      {isNarrow ? <PhoneBar /> : <Column />}
    </nav>
  )
}

function Column() {
  const { t } = useTranslation()
  const { role } = useAccount()
  return (
    <>
      <div className="frame-brand">
        <BrandMark size={30} />
        <span>{t('product.name')}</span>
      </div>
      {pageGroupsOf(role).map((group) => (
        <div key={group[0]?.name} className="frame-group">
          {group.map((page) => (
            <PageNavLink key={page.name} page={page} />
          ))}
        </div>
      ))}
    </>
  )
}

function PhoneBar() {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const { pathname } = useLocation()
  const { role } = useAccount()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the drawer.
  useEffect(() => setIsOpen(false), [pathname])
  const pages = pageGroupsOf(role).flat()
  const first = pages.slice(0, PHONE_PAGES_MAX)
  const rest = pages.slice(PHONE_PAGES_MAX)
  const isElsewhere = rest.some(({ path }) => pathname.startsWith(path))
  return (
    <>
      {first.map((page) => (
        <PageNavLink key={page.name} page={page} />
      ))}
      <button
        type="button"
        className={isElsewhere ? 'frame-link active' : 'frame-link'}
        aria-expanded={isOpen}
        onClick={() => setIsOpen(true)}
      >
        <Icon name="more" size={22} />
        <span>{t('nav.more')}</span>
      </button>
      <Drawer
        open={isOpen}
        placement="bottom"
        size="auto"
        title={t('nav.more')}
        onClose={() => setIsOpen(false)}
      >
        <div className="frame-more">
          {rest.map((page) => (
            <PageNavLink key={page.name} page={page} />
          ))}
        </div>
      </Drawer>
    </>
  )
}

function PageNavLink({ page: { name, path } }: { readonly page: PageLink }) {
  const { t } = useTranslation()
  return (
    <NavLink to={path} className="frame-link">
      <Icon name={name} size={22} />
      <span>{t(`nav.${name}`)}</span>
    </NavLink>
  )
}
