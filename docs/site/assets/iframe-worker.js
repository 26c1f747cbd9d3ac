/* Search in the language of the page, and without a server. The index holds all languages; and a page that is opened
   from the disk may start no worker, so a hidden frame does its work. */
const inItsLanguage = message => {
  if (message.type !== 0) return message
  const isEnglish = document.documentElement.lang === "en"
  const docs = message.data.docs.filter(doc => doc.location.startsWith("en/") === isEnglish)
  return { ...message, data: { ...message.data, docs } }
}

class FrameWorker extends EventTarget {
  constructor(url) {
    super()
    const address = new URL(url, document.baseURI)
    const frame = document.createElement("iframe")
    frame.hidden = true
    document.body.append(frame)
    const inside = frame.contentWindow
    const run = source => new Promise((resolve, reject) => {
      const script = inside.document.createElement("script")
      script.src = source
      script.onload = resolve
      script.onerror = reject
      inside.document.head.append(script)
    })
    inside.importScripts = (...sources) =>
      sources.reduce((before, source) => before.then(() => run(new URL(source, address).href)), Promise.resolve())
    inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
    this.inside = inside
    this.ready = run(address.href)
  }
  postMessage(data) {
    this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })))
  }
  terminate() {}
}

window.Worker = class extends (location.protocol === "file:" ? FrameWorker : Worker) {
  postMessage(data) {
    super.postMessage(inItsLanguage(data))
  }
}
