// In the place of a site's own DNS: Google's name leads to the server that is tested. What the client makes of the
// certificate that it is shown there is left to the client.

const https = require("node:https");

const connect = https.globalAgent.createConnection;
https.globalAgent.createConnection = function (options, ready) {
  if (options.host !== "commentanalyzer.googleapis.com") throw new Error(`nobody is asked here but the server: ${options.host}`);
  const here = { host: "127.0.0.1", port: Number(process.env.OMBUD_TLS_PORT), servername: options.host };
  return connect.call(this, { ...options, ...here }, ready);
};
