import { Button, Empty } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Organization, Site } from '../../gateway/contract.ts'
import { type Plant, usePlant } from '../devices/use-plant.ts'
import { useAccount, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { PageSearch } from '../ui/page-search.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { OrganizationForm } from './organization-form.tsx'
import { organizationLines } from './organization-tree.ts'
import { SiteForm } from './site-form.tsx'

type Opened = 'organization' | 'chosen organization' | 'site' | Site | null

/** Who is watched over, and where: the first things to enter into an empty gateway. */
export function EnterprisePage() {
  const { t } = useTranslation()
  const plant = usePlant()
  const account = useAccount()
  const [text, setText] = useState('')
  const [chosenId, setChosenId] = useState<string | null>(null)
  const [opened, setOpened] = useState<Opened>(null)
  const mayChange = account.role === 'administrator'
  const lines = useMemo(
    () => organizationLines(plant.organizations.values(), text),
    [plant.organizations, text],
  )
  const chosen = plant.organizations.get(chosenId ?? '') ?? null
  const isEmpty = plant.organizations.size === 0 && !plant.isLoading && plant.error === null

  function close(hasChanged: boolean): void {
    setOpened(null)
    if (hasChanged) plant.reload()
  }
  return (
    <div className="page enterprise-page">
      <header className="page-head">
        <h1>{t('enterprise.title')}</h1>
        <PageSearch text={text} label={t('enterprise.search')} onChange={setText} />
        {mayChange && (
          <span className="page-action buttons">
            <Button
              type={isEmpty ? 'primary' : 'default'}
              onClick={() => setOpened('organization')}
            >
              {t('enterprise.addOrganization')}
            </Button>
            <Button disabled={isEmpty} onClick={() => setOpened('site')}>
              {t('enterprise.addSite')}
            </Button>
          </span>
        )}
      </header>
      {plant.error !== null && <ErrorNote error={plant.error} onRetry={plant.reload} />}
      {isEmpty ? (
        <NoOrganizations />
      ) : (
        <div className="enterprise-grid">
          <section className="panel">
            <h2>{t('enterprise.organizations')}</h2>
            {mayChange && chosen !== null && (
              <ChosenOrganization
                organization={chosen}
                onEdit={() => setOpened('chosen organization')}
                onRemoved={() => {
                  setChosenId(null)
                  plant.reload()
                }}
              />
            )}
            <OrganizationList lines={lines} chosenId={chosenId} onChoose={setChosenId} />
          </section>
          <SitePanel plant={plant} chosen={chosen} text={text} onEdit={setOpened} />
        </div>
      )}
      {opened === 'organization' && (
        <OrganizationForm plant={plant} parentId={chosenId} onClose={close} />
      )}
      {opened === 'chosen organization' && chosen !== null && (
        <OrganizationForm
          plant={plant}
          organization={chosen}
          parentId={chosen.parentId}
          onClose={close}
        />
      )}
      {opened === 'site' && <SiteForm plant={plant} organizationId={chosenId} onClose={close} />}
      {opened !== null && typeof opened === 'object' && (
        <SiteForm
          plant={plant}
          site={opened}
          organizationId={opened.organizationId}
          onClose={close}
        />
      )}
    </div>
  )
}

function NoOrganizations() {
  const { t } = useTranslation()
  return (
    <Empty
      className="nothing"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{t('enterprise.empty')}</strong>
          <p className="quiet">{t('enterprise.emptyHint')}</p>
        </>
      }
    />
  )
}

/** What can be done with the one that is chosen, above the list. */
function ChosenOrganization(props: {
  readonly organization: Organization
  readonly onEdit: () => void
  readonly onRemoved: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { id, name } = props.organization
  return (
    <p className="buttons">
      <strong>{name}</strong>
      <span className="buttons">
        <Button size="small" onClick={props.onEdit}>
          {t('common.edit')}
        </Button>
        <RemoveButton
          size="small"
          name={name}
          warning={t('enterprise.removeOrganizationWarning')}
          remove={() => api.removeOrganization(id)}
          onRemoved={props.onRemoved}
        />
      </span>
    </p>
  )
}

function OrganizationList(props: {
  readonly lines: ReturnType<typeof organizationLines>
  readonly chosenId: string | null
  readonly onChoose: (id: string | null) => void
}) {
  const { t } = useTranslation()
  return (
    <ul className="organizations">
      {props.lines.map(({ organization, depth }) => {
        const isChosen = organization.id === props.chosenId
        return (
          <li key={organization.id}>
            <button
              type="button"
              className={isChosen ? 'organization is-chosen' : 'organization'}
              style={{ paddingInlineStart: 12 + depth * 20 }}
              aria-pressed={isChosen}
              onClick={() => props.onChoose(isChosen ? null : organization.id)}
            >
              <span>{organization.name}</span>
              <span className="quiet">{t(`organizationKind.${organization.kind}`)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Of the chosen organization and all below it; of all when none is chosen. */
function sitesBelow(plant: Plant, chosen: Organization | null, text: string): readonly Site[] {
  const isBelow = (site: Site) => {
    if (chosen === null) return true
    let at = plant.organizations.get(site.organizationId)
    while (at !== undefined) {
      if (at.id === chosen.id) return true
      at = plant.organizations.get(at.parentId ?? '')
    }
    return false
  }
  const wanted = text.trim().toLowerCase()
  const matches = (site: Site) => {
    const enterprise = plant.organizations.get(site.organizationId)?.name ?? ''
    return `${site.name}\n${enterprise}`.toLowerCase().includes(wanted)
  }
  return [...plant.sites.values()].filter(
    (site) => isBelow(site) && (chosen !== null || matches(site)),
  )
}

function SitePanel(props: {
  readonly plant: Plant
  readonly chosen: Organization | null
  readonly text: string
  readonly onEdit: (site: Site) => void
}) {
  const { t } = useTranslation()
  const { plant, chosen } = props
  const sites = sitesBelow(plant, chosen, props.text)
  return (
    <section className="panel">
      <h2>
        {chosen === null ? t('enterprise.sites') : t('enterprise.sitesOf', { name: chosen.name })}
      </h2>
      {sites.length === 0 && !plant.isLoading && (
        <p className="quiet">
          {t('enterprise.emptySites')} · {t('enterprise.emptySitesHint')}
        </p>
      )}
      <ul className="sites">
        {sites.map((site) => (
          <SiteItem key={site.id} site={site} plant={plant} onEdit={props.onEdit} />
        ))}
      </ul>
    </section>
  )
}

function SiteItem(props: {
  readonly site: Site
  readonly plant: Plant
  readonly onEdit: (site: Site) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { role } = useAccount()
  const { site, plant } = props
  const contact = [site.contactName, site.contactPhone].filter((part) => part !== '').join(' ')
  const query = `site=${encodeURIComponent(site.id)}`
  return (
    <li>
      <span>
        <strong>{site.name}</strong>
        <span className="quiet">
          {[plant.organizations.get(site.organizationId)?.name, site.address, contact]
            .filter((part) => part !== undefined && part !== '')
            .join(' · ')}
        </span>
      </span>
      <span className="buttons">
        {site.position === null && <span className="quiet">{t('enterprise.noPosition')}</span>}
        {role === 'administrator' && (
          <>
            <Button size="small" onClick={() => props.onEdit(site)}>
              {t('common.edit')}
            </Button>
            <RemoveButton
              size="small"
              name={site.name}
              warning={t('enterprise.removeSiteWarning')}
              remove={() => api.removeSite(site.id)}
              onRemoved={plant.reload}
            />
          </>
        )}
        <Link to={`/devices?${query}`}>{t('enterprise.devices')}</Link>
        {role === 'administrator' && <Link to={`/devices/new?${query}`}>{t('device.add')}</Link>}
      </span>
    </li>
  )
}
