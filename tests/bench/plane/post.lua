-- wrk … -s post.lua URL -- FILE: posts the bytes of FILE.
function init(arguments)
    local file = assert(io.open(arguments[1], "rb"))
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = file:read("*a")
    file:close()
    local made = wrk.format()
    request = function() return made end
end
