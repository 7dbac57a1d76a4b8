// Every word of the interface, in both languages, and which language is on.

const STRINGS = {
  "zh-CN": {
    otherLanguage: "EN",
    switchLanguage: "Switch to English",
    epigraph: "问渠那得清如许？为有源头活水来。",
    promise: "只用这台电脑上的文档作答，每一句都能对照原文。",
    questionLabel: "你的问题",
    questionPlaceholder: "问你的文档一个问题",
    ask: "提问",
    options: "选项",
    searchMode: "检索方式",
    modeHybrid: "综合（语义与字词）",
    modeDense: "只按语义",
    modeLexical: "只按字词",
    answer: "回答",
    asking: "正在查阅文档…",
    sources: "出处",
    citation: "引文 {number}",
    position: "第 {start}–{end} 字",
    page: "第 {page} 页",
    readInDocument: "在原文中查看",
    copyQuote: "复制引文",
    copied: "已复制",
    confidence: "把握 {percent}%",
    took: "{seconds} 秒",
    refused: "文档里没有找到可靠的依据，所以不作回答。",
    refusedHits: "最接近的段落（不是答案）",
    hits: "检索到的段落",
    why: "相关度 {score}",
    dense: "语义第 {rank} 名",
    lexical: "字词第 {rank} 名",
    notInDense: "语义未列入",
    notInLexical: "字词未列入",
    failed: "没有成功",
    unreachable: "连不上问渠的服务。请确认它还在运行，然后重试。",
    retry: "重试",
    emptyTitle: "这里还没有文档",
    emptyText: "加入几份文档，就可以提问。文档只留在这台电脑上。",
    addDocuments: "加入文档",
    documents: "文档",
    myDocuments: "我的文档",
    close: "关闭",
    dropHere: "把文件拖到这里，或者",
    addFiles: "选择文件",
    pasteText: "粘贴文字",
    title: "标题",
    text: "正文",
    add: "加入",
    uploads: "正在加入",
    waiting: "排队等待中…",
    sending: "正在上传 {percent}%",
    reading: "正在阅读…",
    understanding: "正在理解内容 {percent}%",
    added: "可以提问了 · {passages} 段",
    addedMany: "可以提问了 · {count} 份文档 · {passages} 段",
    alreadyThere: "已经有这份文档了",
    inner: "其中的 {count} 份文档",
    innerSomeFailed: "其中的 {count} 份文档，{failed} 份读不了",
    innerAdded: "已加入",
    innerUnchanged: "已经有了",
    innerMore: "还有 {count} 份",
    keptBefore: "在此之前已加入的 {count} 份文档保留着。",
    cancelled: "已取消，没有加入",
    interrupted: "服务在完成之前停止了。请再加入一次。",
    cancelNamed: "取消加入 {name}",
    dismissNamed: "不再显示 {name}",
    andMore: " 等 {count} 份",
    metadataFold: "附加信息（可不填）",
    metadataHelp: "每行一项，写成 名称=值，加在接下来加入的文档上",
    metadataExample: "作者=苏晚晴\n年份=2024",
    collection: "资料库",
    collectionNow: "资料库：{name}",
    defaultCollection: "默认",
    newCollection: "新建资料库",
    newCollectionName: "新资料库的名称",
    make: "新建",
    collectionBegun: "现在加入的文档会放进“{name}”。",
    removeCollection: "移除这个资料库",
    removeCollectionSure: "“{name}”和其中的全部文档都会移除，不能恢复。",
    problems: {
      empty_document: "这份文件里没有可以阅读的文字。",
      unsupported_format: "还不认识这种文件。",
      unknown_encoding: "看不懂这份文件的文字编码。",
      unreadable_document: "这份文件打不开：可能已损坏、有密码，或者只有扫描的图片。",
      partly_unreadable: "其中有些读不了，其余的已经加入。",
      request_entity_too_large: "文件太大，超过了服务允许的大小。",
      limit_exceeded: "文件太大或太复杂，超过了安全限制。",
      queue_full: "排队的太多了，稍后会自动再试…",
      collection_not_found: "没有这个资料库。它可能已被移除，或者地址不完整。",
      collection_in_use: "这个资料库正在使用，请稍后再移除。",
      job_not_found: "找不到这个任务了，请再加入一次。",
      insufficient_storage: "磁盘空间不够了，没有加入。",
      store_unavailable: "数据库现在不能用。",
      store_damaged: "数据库有损坏。",
      model_mismatch: "这些文档是用另一个模型或词典建立的，需要运行 wenqu rebuild。",
      model_unavailable: "模型现在不能用。",
      internal_error: "服务内部出错了，日志里有详情。",
    },
    uploadBroken: "上传中断：服务停止了，或者文件太大。",
    isFolder: "这是文件夹。请打开它选择其中的文件，或用命令行 ingest 加入整个文件夹。",
    documentFacts: "{characters} 字 · {passages} 段",
    remove: "移除",
    removeNamed: "移除《{title}》",
    removeSure: "移除后不能再从它得到答案。",
    removeYes: "确定移除",
    cancel: "取消",
    filter: "按标题筛选",
    loadingDocument: "正在打开文档…",
    missingPage: "这个地址没有页面",
    missingAdvice: "请检查地址是否完整，或者回到首页提问。",
    toFirstPage: "回到首页",
    unknownDocument: "找不到这份文档。它可能已被移除，或者地址不完整。",
    backToAsking: "回去提问",
    contents: "目录",
    toCitation: "回到引文",
    boilerplate: "非正文",
    wrongSpan: "这个引文位置超出了文档的范围。",
    examples: ["成都都市圈如何推进通勤？", "长三角怎样让医保异地结算更方便？", "京津冀的产业如何分工？"],
  },
  en: {
    otherLanguage: "中文",
    switchLanguage: "切换到中文",
    epigraph: "Ask, and see the source.",
    promise: "Answered only from the documents on this computer; every sentence can be checked against its source.",
    questionLabel: "Your question",
    questionPlaceholder: "Ask your documents a question",
    ask: "Ask",
    options: "Options",
    searchMode: "Search by",
    modeHybrid: "meaning and words",
    modeDense: "meaning only",
    modeLexical: "words only",
    answer: "Answer",
    asking: "Reading your documents…",
    sources: "Sources",
    citation: "Citation {number}",
    position: "characters {start}–{end}",
    page: "page {page}",
    readInDocument: "See it in the document",
    copyQuote: "Copy quote",
    copied: "Copied",
    confidence: "confidence {percent}%",
    took: "{seconds} s",
    refused: "The documents hold no reliable evidence for this, so there is no answer.",
    refusedHits: "Closest passages, not an answer",
    hits: "Passages found",
    why: "score {score}",
    dense: "meaning no. {rank}",
    lexical: "words no. {rank}",
    notInDense: "not found by meaning",
    notInLexical: "not found by words",
    failed: "That did not work",
    unreachable: "The Wenqu service cannot be reached. Make sure that it is running, then try again.",
    retry: "Try again",
    emptyTitle: "No documents yet",
    emptyText: "Add some documents, then ask. They stay on this computer.",
    addDocuments: "Add documents",
    documents: "Documents",
    myDocuments: "My documents",
    close: "Close",
    dropHere: "Drop files here, or",
    addFiles: "Choose files",
    pasteText: "Paste text",
    title: "Title",
    text: "Text",
    add: "Add",
    uploads: "Being added",
    waiting: "waiting for its turn…",
    sending: "sending {percent}%",
    reading: "reading…",
    understanding: "taking it in {percent}%",
    added: "ready to be asked · {passages|passage|passages}",
    addedMany: "ready to be asked · {count|document|documents} · {passages|passage|passages}",
    alreadyThere: "this document is here already",
    inner: "{count|document|documents} in it",
    innerSomeFailed: "{count|document|documents} in it, {failed} cannot be read",
    innerAdded: "added",
    innerUnchanged: "here already",
    innerMore: "and {count} more",
    keptBefore: "{count|document|documents} added before that stay.",
    cancelled: "cancelled, not added",
    interrupted: "The service stopped before it was done. Please add it again.",
    cancelNamed: "Cancel adding {name}",
    dismissNamed: "Dismiss {name}",
    andMore: " and {count} more",
    metadataFold: "Further facts (optional)",
    metadataHelp: "One a line, as name=value, for the documents that are added next",
    metadataExample: "author=Su Wanqing\nyear=2024",
    collection: "Collection",
    collectionNow: "Collection: {name}",
    defaultCollection: "default",
    newCollection: "New collection",
    newCollectionName: "Name of the new collection",
    make: "Make",
    collectionBegun: "Documents that are added now go into “{name}”.",
    removeCollection: "Remove this collection",
    removeCollectionSure: "“{name}” goes with all its documents; this cannot be taken back.",
    problems: { queue_full: "Many are waiting; trying again in a moment…" },
    uploadBroken: "The upload broke off: the service stopped, or the file is too large.",
    isFolder: "This is a folder. Choose the files in it, or add it whole with the ingest command.",
    documentFacts: "{characters|character|characters} · {passages|passage|passages}",
    remove: "Remove",
    removeNamed: "Remove “{title}”",
    removeSure: "It will no longer be used for answers.",
    removeYes: "Remove",
    cancel: "Cancel",
    filter: "Filter by title",
    loadingDocument: "Opening the document…",
    missingPage: "There is no page at this address",
    missingAdvice: "Check that the address is complete, or ask on the first page.",
    toFirstPage: "To the first page",
    unknownDocument: "There is no such document. It may have been removed, or the address is incomplete.",
    backToAsking: "Back to asking",
    contents: "Contents",
    toCitation: "Back to the citation",
    boilerplate: "not part of the text",
    wrongSpan: "This citation lies outside the document.",
    examples: ["成都都市圈如何推进通勤？", "Which region shares tax revenue across its cities?", "How do cities fight air pollution together?"],
  },
};
const REMEMBERED = "wenqu.language";

let language = remembered() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en");

/** The words for a key, with {names} filled in, {n|one|many} with the word that fits; a list or a table stays as it is. */
export function t(key, values = {}) {
  const words = STRINGS[language][key];
  if (typeof words !== "string") return words;
  return words.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
    const value = String(values[name]);
    return one === undefined ? value : `${value} ${value === "1" ? one : many}`;
  });
}

/** The language that is on: "zh-CN" or "en". */
export function currentLanguage() {
  return language;
}

/** Put the words of the current language into the shell of the page. */
export function translate() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
}

/** Let a button switch the language, remember it, and tell the page so that it draws itself again. */
export function languageButton(button, onSwitch) {
  button.addEventListener("click", () => {
    language = language === "en" ? "zh-CN" : "en";
    try {
      localStorage.setItem(REMEMBERED, language);
    } catch {
      // Storage may be forbidden; then the choice lasts as long as the page.
    }
    translate();
    onSwitch();
  });
}

function remembered() {
  try {
    const value = localStorage.getItem(REMEMBERED);
    return Object.hasOwn(STRINGS, value ?? "") ? value : null;
  } catch {
    return null;
  }
}
