package io.github.claudecodeproxy.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Errors that no engine answers, in Anthropic's form: the container's own, and those of a proxy that could not start. */
final class ErrorAnswer {

    private ErrorAnswer() {}

    static String json(String type, String message) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}";
    }

    static void send(HttpServletResponse response, int status, String type, String message) throws IOException {
        byte[] body = json(type, message).getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setHeader("content-type", "application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** In place of the container's error page. */
    static void inPlaceOfPage(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        int status = code instanceof Integer number && number >= 400 ? number : 500;
        String type = switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
        send(response, status, type, "The servlet container refused the request (" + status + ").");
    }
}
