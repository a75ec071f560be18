import { App as AntApp, Button, Popconfirm, Upload } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ArchiveItem, HazardDocument, HazardSourcePage } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { ARCHIVE_ITEM_NAMES } from './hazard-words.ts'

/** Made from the dossier; a document may be added all the same. */
const GENERATED: ReadonlySet<ArchiveItem> = new Set([
  'identification',
  'characteristics',
  'responsible-persons',
])
const MIB = 1024 * 1024

/** The archive: ten items by law, each with its documents in versions. */
export function DocumentPanel(props: {
  readonly page: HazardSourcePage
  readonly isLocked: boolean
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { page } = props
  const documents = useResource(`hazard documents ${page.id} ${page.revision}`, (signal) =>
    api.hazardDocuments(page.id, signal),
  )
  return (
    <div className="hazard-archive">
      <p className="quiet">{t('hazard.uploadHint')}</p>
      {documents.error !== null && <ErrorNote error={documents.error} onRetry={documents.reload} />}
      {ARCHIVE_ITEM_NAMES.map((item) => (
        <ArchiveRow
          key={item}
          {...props}
          item={item}
          isLoaded={documents.data !== null}
          documents={(documents.data?.items ?? []).filter((document) => document.item === item)}
        />
      ))}
    </div>
  )
}

function ArchiveRow(props: {
  readonly page: HazardSourcePage
  readonly isLocked: boolean
  readonly onChanged: () => void
  readonly item: ArchiveItem
  readonly isLoaded: boolean
  readonly documents: readonly HazardDocument[]
}) {
  const { t } = useTranslation()
  const { page, item, documents } = props
  const isRequired = page.terms.documentsRequired.includes(item)
  const isMissing = isRequired && props.isLoaded && documents.length === 0
  return (
    <section className="hazard-archive-item" data-item={item} data-missing={isMissing}>
      <header>
        <h3>{t(`archiveItem.${item}`)}</h3>
        {isRequired && <span className="hazard-chip">{t('hazard.required')}</span>}
        {GENERATED.has(item) && <span className="quiet">{t('hazard.generated')}</span>}
        {isMissing && <span className="hazard-issue">{t('hazard.noDocument')}</span>}
        {!props.isLocked && (
          <UploadButton
            {...props}
            title={null}
            label={t(documents.length === 0 ? 'hazard.upload' : 'hazard.uploadOther')}
          />
        )}
      </header>
      {documents.length > 0 && (
        <ul className="plain-list">
          {documents.map((document) => (
            <DocumentLine key={document.id} {...props} document={document} />
          ))}
        </ul>
      )}
    </section>
  )
}

function DocumentLine(props: {
  readonly page: HazardSourcePage
  readonly isLocked: boolean
  readonly onChanged: () => void
  readonly item: ArchiveItem
  readonly document: HazardDocument
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { api } = useServices()
  const { message } = AntApp.useApp()
  const { page, document } = props
  async function remove(): Promise<void> {
    try {
      await api.removeHazardDocument(page.id, document.id)
      props.onChanged()
    } catch (error) {
      void message.error(problemText(t, error))
    }
  }
  const size =
    document.bytes < MIB
      ? `${words.number(Math.ceil(document.bytes / 1024))} KB`
      : `${words.number(Math.round((document.bytes / MIB) * 10) / 10)} MB`
  return (
    <li>
      <a href={api.hazardDocumentUrl(page.id, document.id)} download={document.fileName}>
        {document.title}
      </a>
      <span className="quiet">
        {[
          document.fileName,
          t('hazard.version', { version: document.version }),
          size,
          document.uploadedBy,
          words.instant(document.uploadedAt, nowMs),
        ].join(' · ')}
      </span>
      {!props.isLocked && (
        <span className="buttons">
          <UploadButton {...props} title={document.title} label={t('hazard.uploadNew')} />
          <Popconfirm
            title={t('hazard.removeDocumentConfirm', { title: document.title })}
            description={t('hazard.removeDocumentWarning')}
            onConfirm={() => void remove()}
          >
            <Button size="small" type="text">
              {t('hazard.removeDocument')}
            </Button>
          </Popconfirm>
        </span>
      )}
    </li>
  )
}

/** Without a title the file's own name is taken: a further document of the item. */
function UploadButton(props: {
  readonly page: HazardSourcePage
  readonly item: ArchiveItem
  readonly title: string | null
  readonly label: string
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = AntApp.useApp()
  async function upload(file: File): Promise<void> {
    const title = props.title ?? file.name.replace(/\.[^.]+$/, '').slice(0, 120)
    try {
      await api.uploadHazardDocument(props.page.id, file, { item: props.item, title })
      void message.success(t('hazard.uploaded'))
      props.onChanged()
    } catch (error) {
      void message.error(`${file.name}: ${problemText(t, error)}`)
    }
  }
  return (
    <Upload
      accept=".pdf,.jpg,.jpeg,.png"
      showUploadList={false}
      beforeUpload={(file) => {
        void upload(file)
        return false
      }}
    >
      <Button size="small">{props.label}</Button>
    </Upload>
  )
}
