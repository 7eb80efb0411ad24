// shim.hpp: what every function of the shim stands on. guarded() is the only way into OpenCV: it
// catches everything. wrap() lends C's pixels to a cv::Mat; Owned* make C's pixels for a result and
// free them unless the call succeeds.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

#include <opencv2/core.hpp>

extern "C" {
#include "imaging/image.h"
#include "schemas/base/err.h"
}

namespace shim
{

// A precondition that the caller broke, in words for err.
struct refusal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] void refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

inline void require(bool holds, const char *what)
{
    if (!holds)
        throw refusal(what);
}

void prepare_library(); // once; see cv_init

template <class Body> bool guarded(const char *name, struct err *err, Body body) noexcept
{
    try {
        prepare_library();
        body();
        return true;
    } catch (const refusal &e) {
        return err_set(err, "%s: %s", name, e.what());
    } catch (const cv::Exception &e) {
        return err_set(err, "%s: OpenCV %s: %s", name, e.func.c_str(), e.err.c_str());
    } catch (const std::bad_alloc &) {
        return err_set(err, "%s: out of memory", name);
    } catch (const std::exception &e) {
        return err_set(err, "%s: %s", name, e.what());
    } catch (...) {
        return err_set(err, "%s: unknown exception", name);
    }
}

// Views; both refuse NULL, empty and malformed.
cv::Mat wrap(const struct image *image, const char *what);
cv::Mat wrap(const struct plane *plane, const char *what);
cv::Mat wrap_one_channel(const struct image *image, const char *what);
// NULL gives an empty Mat; else one channel and exactly this size.
cv::Mat wrap_mask(const struct image *mask, cv::Size size);

// A fresh image or plane of a known size. OpenCV writes into mat(); give() checks that it did not
// reallocate behind our back, and hands the pixels over.
class OwnedImage
{
  public:
    OwnedImage(int width, int height, int channels);
    ~OwnedImage();
    OwnedImage(const OwnedImage &) = delete;
    OwnedImage &operator=(const OwnedImage &) = delete;
    cv::Mat &mat()
    {
        return view;
    }
    void give(struct image *ret, double dpi_x = 0, double dpi_y = 0);

  private:
    struct image pixels;
    cv::Mat view;
};

class OwnedPlane
{
  public:
    OwnedPlane(int width, int height);
    ~OwnedPlane();
    OwnedPlane(const OwnedPlane &) = delete;
    OwnedPlane &operator=(const OwnedPlane &) = delete;
    cv::Mat &mat()
    {
        return view;
    }
    void give(struct plane *ret);

  private:
    struct plane pixels;
    cv::Mat view;
};

// malloc'd array that C will free; at least one element's room, so that it is never NULL.
struct CFree {
    void operator()(void *p) const
    {
        std::free(p);
    }
};
template <class T> using c_array = std::unique_ptr<T[], CFree>;
template <class T> c_array<T> make_c_array(size_t n)
{
    T *data = static_cast<T *>(std::calloc(n ? n : 1, sizeof(T)));
    if (!data)
        throw std::bad_alloc();
    return c_array<T>(data);
}

} // namespace shim
