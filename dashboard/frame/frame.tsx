import { Spin } from 'antd'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, Outlet } from 'react-router'
import { BrandMark } from '../ui/brand-mark.tsx'
import { Icon } from '../ui/icons.tsx'
import { AccountMenu } from './account-menu.tsx'
import { AlarmStrip } from './alarm-strip.tsx'
import { Banners } from './banners.tsx'
import { PageGuard } from './page-guard.tsx'

/** Not `/health`: there the gateway answers machines. */
const PAGES = [
  { name: 'alarms', path: '/alarms' },
  { name: 'devices', path: '/devices' },
  { name: 'enterprises', path: '/enterprises' },
  { name: 'notifications', path: '/notifications' },
  { name: 'health', path: '/self-check' },
] as const

/** What stands around every page: where one is, the alarm strip, and how fresh all this is. */
export function Frame() {
  const { t } = useTranslation()
  return (
    <div className="frame">
      <nav className="frame-nav" aria-label={t('nav.main')}>
        <div className="frame-brand">
          <BrandMark size={30} />
          <span>{t('product.name')}</span>
        </div>
        {PAGES.map(({ name, path }) => (
          <NavLink key={name} to={path} className="frame-link">
            <Icon name={name} size={22} />
            <span>{t(`nav.${name}`)}</span>
          </NavLink>
        ))}
      </nav>
      <header className="frame-top">
        <AlarmStrip />
        <AccountMenu />
      </header>
      <div className="frame-banners" aria-live="polite">
        <Banners />
      </div>
      <main className="frame-page">
        <PageGuard>
          <Suspense fallback={<Spin className="page-spin" />}>
            <Outlet />
          </Suspense>
        </PageGuard>
      </main>
    </div>
  )
}
