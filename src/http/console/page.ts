/** The console's page: nothing in it but the addresses of its own files. */
export function consolePage({ script, style, icon }: { script: string; style: string; icon: string }): string {
  return `<!doctype html>
<html lang="zh-Hant-TW">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>幸福氣 整合閘道</title>
<link rel="icon" type="image/svg+xml" href="/console/${icon}">
<link rel="stylesheet" href="/console/${style}">
<script type="module" src="/console/${script}"></script>
</head>
<body>
<div id="root"></div>
<noscript>主控台需要 JavaScript。 The console needs JavaScript.</noscript>
</body>
</html>
`;
}
